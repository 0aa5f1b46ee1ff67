// One row of an agent's timeline: a message, an event, a day, a contact that begins.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { messageIn, slotTime, type Element } from '../choices.tsx';
import { Markdown, Plain } from '../markdown.tsx';
import type { Pending } from '../outbox.ts';
import type { Upload } from '../uploads.ts';
import { CONTENT, type Attachment, type Item, type Receipt } from '../wire.ts';
import type { ContactRecord } from './desk.ts';
import { Icon } from './icons.tsx';
import type { Words } from './texts.ts';

/** What rows need of the chat that they belong to. */
export interface Around {
  words: Words;
  self: string;
  receipt(id: string): Receipt | undefined;
  record(id: string): ContactRecord | undefined;
  file?(id: string): Promise<{ Url: string }>;
  present?: string;
}

export const contactOf = (item: Item) => item.ContactId ?? item.RelatedContactId ?? '';
const ours = (item: Item) => item.ParticipantRole === 'AGENT' || item.ParticipantRole === 'SUPERVISOR';

export function senderOf(item: Item, words: Words) {
  if (item.ParticipantRole === 'SYSTEM' || /^(SYSTEM_MESSAGE|BOT)$/.test(item.DisplayName ?? '')) return words.t('system');
  return item.DisplayName || words.t(item.ParticipantRole === 'CUSTOMER' ? 'customer' : 'agentOne');
}

export function eventText(item: Item, words: Words): string {
  const name = senderOf(item, words);
  switch (item.ContentType) {
    case CONTENT.joined:
      return words.t('joined', { name });
    case CONTENT.left:
      return words.t('leftChat', { name });
    case CONTENT.transferred:
      return words.t('transferred');
    case CONTENT.ended:
      return words.t('ended');
    case CONTENT.rehydrated:
      return words.t('resumed');
    default:
      return '';
  }
}

function File({ file, around }: { file: Attachment; around: Around }) {
  const [failed, setFailed] = useState('');
  const { words } = around;
  const open = async () => {
    try {
      const { Url } = await around.file!(file.AttachmentId);
      const blob = await (await fetch(Url)).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
      link.download = file.AttachmentName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const state = file.Status === 'REJECTED' ? words.t('rejectedFile') : file.Status === 'APPROVED' ? '' : words.t('scanning');
  return (
    <button type="button" class="file" disabled={file.Status !== 'APPROVED' || !around.file} onClick={open}>
      <Icon name="file" />
      <span dir="auto">{file.AttachmentName}</span>
      {(state || failed) && <small>{failed || state}</small>}
    </button>
  );
}

/** An interactive message as the agent reads it: what was asked, and what there was to choose. */
function Question({ text, words }: { text: string; words: Words }) {
  const content = messageIn(text).data?.content ?? {};
  const slots = (content.timeslots ?? []).map((each) => slotTime(each.date ?? '', words.tag));
  const choices = [
    ...(content.elements ?? []).map((each) => ('data' in each ? each.data?.content?.title : (each as Element).title)),
    ...slots,
  ].filter((each) => typeof each === 'string');
  const heading = content.title ?? content.viewData?.Heading;
  return (
    <div class="question">
      <small>{words.t('asked')}</small>
      <p dir="auto">{typeof heading === 'string' ? heading : ''}</p>
      {content.subtitle && (
        <p class="soft" dir="auto">
          {content.subtitle}
        </p>
      )}
      {choices.length > 0 && (
        <ul>
          {choices.map((each, n) => (
            <li key={n} dir="auto">
              {each}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const SLOT = /^\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:?\d\d$/;

/** What customers' pages send for a choice, in the words in which it was offered: a time, or a choice of one of a carousel's cards. */
function chosen(text: string, words: Words): string {
  if (SLOT.test(text)) return slotTime(text, words.tag);
  if (!text.startsWith('{"')) return text;
  try {
    const { listTitle, selectionText } = JSON.parse(text) as { listTitle?: unknown; selectionText?: unknown };
    return typeof selectionText === 'string'
      ? [listTitle, selectionText].filter((each) => typeof each === 'string' && each).join(': ')
      : text;
  } catch {
    return text;
  }
}

function Answer({ text, words }: { text: string; words: Words }) {
  let pairs: [string, string][] = [];
  try {
    const { action, data } = JSON.parse(text) as { action?: string; data?: { FormData?: Record<string, unknown> } };
    pairs = Object.entries(data?.FormData ?? {}).map(([k, v]) => [k, String(v)]);
    if (pairs.length === 0 && action) pairs = [['', action]];
  } catch {
    pairs = [['', text]];
  }
  return (
    <div class="question">
      <small>{words.t('answered')}</small>
      <dl>
        {pairs.map(([name, value], n) => (
          <div key={n}>
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Body({ item, around }: { item: Item; around: Around }) {
  if (item.Attachments?.length)
    return (
      <>
        {item.Attachments.map((file) => (
          <File key={file.AttachmentId} file={file} around={around} />
        ))}
      </>
    );
  const text = item.Content ?? '';
  switch (item.ContentType) {
    case CONTENT.markdown:
      return <Markdown text={text} />;
    case CONTENT.interactive:
      return <Question text={text} words={around.words} />;
    case CONTENT.response:
      return <Answer text={text} words={around.words} />;
    default:
      return <Plain text={item.ParticipantRole === 'CUSTOMER' ? chosen(text, around.words) : text} />;
  }
}

export function Message({ item, grouped, newest, around }: { item: Item; grouped: boolean; newest: boolean; around: Around }) {
  const { words } = around;
  const mine = item.ParticipantId === around.self;
  const staff = item.Audience === 'STAFF';
  const side = ours(item) ? 'us' : item.ParticipantRole === 'CUSTOMER' ? 'them' : 'system';
  const receipt = mine && newest ? around.receipt(item.Id) : undefined;
  const status = receipt?.ReadTimestamp ? 'read' : receipt?.DeliveredTimestamp ? 'delivered' : 'sent';
  const name = mine ? words.t('you') : senderOf(item, words);
  return (
    <div class={`row ${side}${staff ? ' staff' : ''}${grouped ? ' grouped' : ''}${item.ContactId ? '' : ' past'}`} data-id={item.Id}>
      <div class="speech">
        {(!grouped || staff) && (
          <span class="name" dir="auto">
            {staff ? `${name} · ${words.t('whispered')}` : name}
          </span>
        )}
        <div class="bubble">
          <Body item={item} around={around} />
        </div>
        <span class="foot">
          <time dateTime={item.AbsoluteTime}>{words.clock(item.AbsoluteTime)}</time>
          {mine && newest && (
            <span class={`status ${status}`}>
              <Icon name={status === 'sent' ? 'check' : 'checks'} />
              {words.t(status)}
            </span>
          )}
        </span>
      </div>
    </div>
  );
}

/** What is on its way, or could not be sent. */
function Waiting({
  failed,
  words,
  children,
  onRetry,
  onDiscard,
}: {
  failed: string;
  words: Words;
  children: ComponentChildren;
  onRetry?(): void;
  onDiscard(): void;
}) {
  return (
    <div class={`row us unsent${failed ? ' failed' : ''}`}>
      <div class="speech">
        <div class="bubble">{children}</div>
        <span class="foot">
          {!failed ? (
            <>
              <Icon name="clock" />
              {words.t('sending')}
            </>
          ) : (
            <>
              <Icon name="alert" />
              <span role="alert">{failed}</span> ·{' '}
              {onRetry && (
                <>
                  <button type="button" onClick={onRetry}>
                    {words.t('retry')}
                  </button>{' '}
                  ·{' '}
                </>
              )}
              <button type="button" onClick={onDiscard}>
                {words.t('discard')}
              </button>
            </>
          )}
        </span>
      </div>
    </div>
  );
}

export function Unsent({ pending, words, ...on }: { pending: Pending; words: Words; onRetry(): void; onDiscard(): void }) {
  return (
    <Waiting failed={pending.failed ? words.t('notSent') : ''} words={words} {...on}>
      {pending.contentType === CONTENT.markdown ? <Markdown text={pending.content} /> : <Plain text={pending.content} />}
    </Waiting>
  );
}

/** A file on its way, with how far it is. */
export function Uploading({ upload, words, onRetry, onDiscard }: { upload: Upload; words: Words; onRetry(): void; onDiscard(): void }) {
  const { file, preview, part, failed, refused } = upload;
  return (
    <Waiting
      failed={failed ? `${words.t('notSent')}: ${failed}` : ''}
      words={words}
      onRetry={refused ? undefined : onRetry}
      onDiscard={onDiscard}
    >
      {preview && <img class="preview" src={preview} alt="" />}
      <span class="file">
        <Icon name="file" />
        <span dir="auto">{file.name}</span>
      </span>
      {!failed && <progress max={1} value={part} aria-label={file.name} />}
    </Waiting>
  );
}

export function day(time: string, words: Words): string {
  const at = new Date(time);
  const from = (days: number) => new Date(Date.now() - days * 86_400_000).toDateString();
  if (at.toDateString() === from(0)) return words.t('today');
  if (at.toDateString() === from(1)) return words.t('yesterday');
  return words.date(time);
}

/** Where a contact begins: when, in which queue, with whom, how long, and what came of it. */
export function Begins({
  id,
  at,
  past,
  around,
}: {
  id: string;
  at: string;
  /** Of a chat before this one. */ past: boolean;
  around: Around;
}) {
  const { words } = around;
  const one = around.record(id);
  const from = Date.parse(one?.InitiationTimestamp ?? at);
  const parts = [
    day(new Date(from).toISOString(), words),
    words.clock(from),
    one?.Queue?.Name,
    one?.Agent?.DisplayName && words.t('by', { name: one.Agent.DisplayName }),
    one && one.InitiationMethod !== 'API' ? via(one.InitiationMethod, words) : '',
    one?.DisconnectTimestamp ? words.span(Date.parse(one.DisconnectTimestamp) - from) : '',
    one?.Disposition?.Code,
  ].filter(Boolean);
  const present = around.present === id;
  return (
    <div class={`begins${present ? ' present' : ''}`}>
      <span>
        <b>{words.t(past ? 'pastChat' : 'thisChat')}</b>
        {parts.map((part) => (
          <span key={part as string} dir="auto">
            {part}
          </span>
        ))}
      </span>
    </div>
  );
}

export function via(method: string, words: Words) {
  switch (method) {
    case 'API':
      return words.t('via.API');
    case 'TRANSFER':
      return words.t('via.TRANSFER');
    case 'QUEUE_TRANSFER':
      return words.t('via.QUEUE_TRANSFER');
    case 'DISCONNECT':
      return words.t('via.DISCONNECT');
    default:
      return method;
  }
}
