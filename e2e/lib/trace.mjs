// What a page costs the processor, by Chromium's own trace. A task that is long by the clock may just have waited for the machine.

/** What startTracing is to be told. */
export const TRACED = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** The processor's time of each task of the page's main threads, in milliseconds, the longest first. */
export function costs({ traceEvents }) {
  const main = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
  return traceEvents.filter(({ name, pid, tid, tdur }) => /RunTask$/.test(name) && main.has(`${pid} ${tid}`) && tdur !== undefined).map(({ tdur }) => tdur / 1000).sort((a, b) => b - a);
}
