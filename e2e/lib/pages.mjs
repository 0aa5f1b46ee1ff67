// Walks a transcript page by page, and checks what a walk must show.

import assert from 'node:assert/strict';
import { core } from './items.mjs';

export const PAGE_SIZES = [1, 2, 3, 15, 100];

/** Calls `get({NextToken})` until there is no token any more. Works for the SDKs; ChatJS brings its own `get`. */
export async function walk(get, first = {}) {
  const pages = [];
  for (let more = first; more; ) {
    const page = await get(more);
    pages.push(page);
    assert.ok(pages.length < 10_000, 'a walk must come to its end');
    more = page.NextToken ? { NextToken: page.NextToken } : null;
  }
  return pages;
}

export function itemsOf(pages) {
  return pages.flatMap((page) => page.Transcript);
}

/** Oldest first: pages of a backward walk come newest page first, each page ascending. */
export function oldestFirst(pages) {
  return itemsOf([...pages].reverse());
}

const isPast = (item) => item.RelatedContactId !== undefined;

/** Every item carries exactly one of ContactId and RelatedContactId, and no page has both kinds. */
export function checkMarkers(pages) {
  for (const { Transcript } of pages) {
    for (const item of Transcript) {
      assert.notEqual(isPast(item), item.ContactId !== undefined,
        `either ContactId or RelatedContactId: ${JSON.stringify(item)}`);
    }
    assert.ok(new Set(Transcript.map(isPast)).size < 2, 'a page is of the present or of the past, not both');
  }
}

/** Times are fixed-width and rise from item to item, since clients sort by them as text. */
export function checkTimes(items) {
  items.forEach(({ AbsoluteTime }, i) => {
    assert.match(AbsoluteTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    if (i > 0) assert.ok(items[i - 1].AbsoluteTime < AbsoluteTime, `${items[i - 1].AbsoluteTime} < ${AbsoluteTime}`);
  });
}

/**
 * Reads one person's transcript backwards with one page size and compares it, item by item, with what must be there.
 * `past` is [oldest … newest] of all the linked sessions, `current` of this one.
 */
export async function checkBackward(person, size, { past, current, initialContactId }) {
  const pages = await person.pages({ MaxResults: size, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING' });
  const what = `page size ${size}`;

  pages.forEach((page, i) => {
    assert.ok(page.Transcript.length > 0, `${what}: no page is empty`);
    assert.ok(page.Transcript.length <= size, `${what}: no page is longer`);
    assert.equal(page.InitialContactId, initialContactId, `${what}: the session of page ${i}`);
  });
  checkMarkers(pages);

  const items = oldestFirst(pages);
  assert.equal(new Set(items.map((item) => item.Id)).size, items.length, `${what}: each item once`);
  assert.deepEqual(items.filter(isPast).map(core), past.map(core), `${what}: the past`);
  assert.deepEqual(items.filter((item) => !isPast(item)).map(core), current.map(core), `${what}: the present`);
  assert.deepEqual(items.map((item) => item.Id), [...past, ...current].map((item) => item.Id), `${what}: past before present`);
  checkTimes(items);

  const presentPages = pages.filter((page) => !isPast(page.Transcript[0]));
  presentPages.slice(0, -1).forEach((page) => assert.equal(page.Transcript.length, size, `${what}: full pages of the present`));
  return pages;
}

/** The same with every page size. */
export async function checkAllSizes(person, expected) {
  for (const size of PAGE_SIZES) await checkBackward(person, size, expected);
}
