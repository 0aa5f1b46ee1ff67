// What axe-core finds against WCAG 2.2 AA.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The violations in a frame or page, each with the places where it is; transitions and animations are over by then. */
export async function violations(frame) {
  if (!await frame.evaluate(() => 'axe' in window)) await frame.evaluate(source);
  const { violations: found, passes } = await frame.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), TAGS);
  if (passes.length === 0) throw new Error('axe has looked at nothing');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any.map(({ message }) => message).join(' ')}`).join('; ')}`);
}
