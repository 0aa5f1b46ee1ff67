// Signs for a chat of the widget: node sign.mjs, with the security key in WIDGET_KEY.
import { createHmac } from 'node:crypto';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function chatToken(key, { customerId, attributes = {} } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: '{{.Widget}}', iat: now, exp: now + 300, customerId, attributes };
  const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

console.log(chatToken(process.env.WIDGET_KEY, { customerId: 'customer-1', attributes: { plan: 'gold' } }));
