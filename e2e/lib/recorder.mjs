// What flows call outside, as a server that speaks the wires of Lambda's Invoke and of Lex V2's RecognizeText, and
// keeps what it was asked. It knows no SDK: what perch sends is read as it comes.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Collected } from './wait.mjs';

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const TALK = /^\/bots\/([^/]+)\/botAliases\/([^/]+)\/botLocales\/([^/]+)\/sessions\/([^/]+)\/text$/;

/**
 * Starts a recorder. `functions` are by name, and a function that throws fails as Lambda's do; `bot` is told
 * {text, sessionId, localeId, ...} and answers RecognizeText's response. Both may be async.
 */
export async function startRecorder({ functions = {}, bot } = {}) {
  const asked = new Collected();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const wrong = (status, type) => response.writeHead(status, { 'x-amzn-ErrorType': type }).end('{}');
    const scope = /^AWS4-HMAC-SHA256 Credential=AKIDRECORDER\/\d{8}\/us-east-1\/(lambda|lex)\/aws4_request, SignedHeaders=[^ ]*host[^ ]*, Signature=[0-9a-f]{64}$/
      .exec(request.headers.authorization)?.[1];
    const [path] = request.url.split('?');
    const invoke = INVOKE.exec(path);
    const talk = TALK.exec(path);
    asked.push({ path: decodeURIComponent(path), scope, body: JSON.parse(body), type: request.headers['x-amz-invocation-type'] });
    if (request.method !== 'POST' || !scope) return wrong(403, 'MissingAuthenticationTokenException');
    if (invoke && scope === 'lambda') {
      const run = functions[decodeURIComponent(invoke[1]).split(':').pop()];
      if (!run) return wrong(404, 'ResourceNotFoundException');
      try {
        const answer = JSON.stringify(await run(JSON.parse(body)));
        return response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
      } catch (error) {
        return response.writeHead(200, { 'X-Amz-Function-Error': 'Unhandled' }).end(JSON.stringify({ errorMessage: error.message }));
      }
    }
    if (talk && scope === 'lex') {
      const [, botId, botAliasId, localeId, sessionId] = talk;
      const answer = await bot({ ...JSON.parse(body), botId, botAliasId, localeId, sessionId });
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ sessionId, ...answer }));
    }
    return wrong(404, 'UnknownOperationException');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  assert.ok(port);
  return {
    asked,
    /** An entry of the file of functions that leads here. */
    entry: (more) => ({ Endpoint: `http://localhost:${port}`, Region: 'us-east-1', AccessKeyId: 'AKIDRECORDER', SecretAccessKey: 'secret', ...more }),
    host: `localhost:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
