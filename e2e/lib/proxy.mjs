// A network between a browser and the server, which can be cut as networks are: refused, or silent.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Passes TCP on to 127.0.0.1:port until it is cut. */
export async function startProxy(port) {
  const pairs = new Set();
  let state = 'up';
  const server = createServer((near) => {
    near.on('error', () => {});
    if (state === 'refused') return near.destroy();
    const pair = { near, far: null };
    pairs.add(pair);
    near.on('close', () => { pair.far?.destroy(); pairs.delete(pair); });
    if (state === 'silent') return near.pause();
    pair.far = connect(port, '127.0.0.1');
    pair.far.on('error', () => near.destroy());
    pair.far.on('close', () => near.destroy());
    near.pipe(pair.far);
    pair.far.pipe(near);
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => { for (const { near, far } of pairs) { near.destroy(); far?.destroy(); } };
  return {
    port: server.address().port,
    /** Nothing is answered, and nobody is told: a train in a tunnel. */
    silence() {
      state = 'silent';
      for (const { near, far } of pairs) { near.unpipe(); near.pause(); far?.unpipe(); far?.pause(); }
    },
    /** Whoever comes is turned away: no server. */
    refuse() { state = 'refused'; drop(); },
    mend() { state = 'up'; drop(); },
    stop() { drop(); server.close(); },
  };
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
