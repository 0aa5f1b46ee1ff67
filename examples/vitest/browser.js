// What ChatJS takes from a browser, for Node.

import { WebSocket } from 'ws';

globalThis.window = globalThis;
globalThis.self = globalThis;
globalThis.connect = {};
globalThis.WebSocket = WebSocket;
Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'Mozilla/5.0 Chrome/140.0.0.0', onLine: true }, configurable: true });
