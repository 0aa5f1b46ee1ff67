// What tests of an instance's settings have in common.

import assert from 'node:assert/strict';

/** Calls of one instance: send a command, take all pages of a list, and expect a refusal. */
export function settingsOf(perch) {
  const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
  const pages = async (Command, more, list) => {
    const out = [];
    let NextToken;
    do {
      const page = await send(Command, { MaxResults: 2, NextToken, ...more });
      assert.ok(page[list].length <= 2);
      out.push(...page[list]);
      ({ NextToken } = page);
    } while (NextToken);
    return out;
  };
  const refused = (promise, name, status) => assert.rejects(promise, (error) => {
    assert.equal(error.name, name, error.message);
    assert.equal(error.$metadata.httpStatusCode, status);
    return true;
  });
  return { send, pages, refused };
}

/** What is described, without when and where it was changed. */
export function withoutStamp({ LastModifiedTime, LastModifiedRegion, ...rest }) {
  assert.ok(LastModifiedTime instanceof Date && LastModifiedRegion);
  return rest;
}
