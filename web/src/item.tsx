// One row of the timeline.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Chat } from './chat.ts';
import { save } from './download.ts';
import { PICTURE } from './previews.ts';
import { Icon } from './icons.tsx';
import { Interactive } from './interactive.tsx';
import { Markdown, Plain } from './markdown.tsx';
import type { Pending } from './outbox.ts';
import { Overlaid, type Overlay } from './overlay.tsx';
import type { Customization } from './protocol.ts';
import type { Words } from './texts.ts';
import type { Upload } from './uploads.ts';
import { CONTENT, type Attachment, type Item } from './wire.ts';

export interface Shown {
  chat: Chat;
  words: Words;
  custom: Customization;
  newest: string;
  overlays: ReadonlyMap<string, Overlay>;
  answer(text: string, contentType: string): void;
}

export const isMine = (item: Item) => item.ParticipantRole === 'CUSTOMER';
export const contactOf = (item: Item) => item.ContactId ?? item.RelatedContactId ?? '';

export function nameOf(item: Item, { words, custom }: Pick<Shown, 'words' | 'custom'>): string {
  const names = custom.transcript?.eventNames;
  if (item.ParticipantRole === 'CUSTOMER') return names?.customer ?? words.t('you');
  if (item.ParticipantRole === 'AGENT') return names?.agent ?? (item.DisplayName || words.t('agent'));
  if (item.ParticipantRole === 'SUPERVISOR') return names?.supervisor ?? (item.DisplayName || words.t('agent'));
  return !item.DisplayName || /^(SYSTEM_MESSAGE|BOT)$/.test(item.DisplayName) ? words.t('system') : item.DisplayName;
}

/** What an event says, or nothing where it is nobody's business. */
export function eventText(item: Item, shown: Pick<Shown, 'words' | 'custom'>): string {
  const own = shown.custom.transcript?.eventMessages;
  const name = nameOf(item, shown);
  const fill = (text: string | undefined) => text?.replace(/\{name\}|\{participantName\}/g, name);
  switch (item.ContentType) {
    case CONTENT.joined:
      return isMine(item) ? '' : (fill(own?.participantJoined) ?? shown.words.t('joined', { name }));
    case CONTENT.left:
      return isMine(item) ? '' : (fill(own?.participantLeft) ?? shown.words.t('left', { name }));
    case CONTENT.idle:
      return isMine(item) && own?.participantIdle === undefined ? '' : (fill(own?.participantIdle) ?? shown.words.t('idle', { name }));
    case CONTENT.returned:
      return isMine(item) && own?.participantReturned === undefined
        ? ''
        : (fill(own?.participantReturned) ?? shown.words.t('returned', { name }));
    case CONTENT.silent:
      return fill(own?.participantDisconnect) ?? shown.words.t('silent', { name });
    case CONTENT.transferred:
      return shown.words.t('transferred');
    case CONTENT.signedIn:
      return shown.words.t('signedIn');
    case CONTENT.signInFailed:
      return shown.words.t('signInFailed');
    case CONTENT.signInLate:
      return shown.words.t('signInLate');
    case CONTENT.signInDeclined:
      return shown.words.t('signInDeclined');
    case CONTENT.ended:
      return fill(own?.chatEnded) ?? shown.words.t('ended');
    default:
      return '';
  }
}

function File({ file, chat, words, custom }: { file: Attachment } & Shown) {
  const [failed, setFailed] = useState('');
  const open = async () => {
    try {
      const { Url } = await chat.attachment(file.AttachmentId);
      save(await (await fetch(Url)).blob(), file.AttachmentName);
    } catch (error) {
      setFailed(String(error));
    }
  };
  const picture = file.Status === 'APPROVED' && PICTURE.test(file.ContentType) ? file.AttachmentId : '';
  const [preview, setPreview] = useState('');
  useEffect(() => {
    if (picture) chat.pictures.of(picture).then(setPreview, () => {});
  }, [picture]);
  const state =
    file.Status === 'REJECTED'
      ? (custom.attachment?.rejectedErrorMessage ?? words.t('rejected'))
      : file.Status === 'APPROVED'
        ? ''
        : words.t('scanning');
  return (
    <button type="button" class="file" disabled={file.Status !== 'APPROVED'} onClick={open}>
      {picture && (preview ? <img class="preview" src={preview} alt="" /> : <span class="preview" />)}
      <Icon name="file" />
      <span dir="auto">{file.AttachmentName}</span>
      {(state || failed) && <small>{state || failed}</small>}
    </button>
  );
}

function Body({ item, ...shown }: { item: Item } & Shown) {
  if (item.Attachments?.length)
    return (
      <>
        {item.Attachments.map((file) => (
          <File key={file.AttachmentId} file={file} {...shown} />
        ))}
      </>
    );
  const text = item.Content ?? '';
  switch (item.ContentType) {
    case CONTENT.markdown:
      return <Markdown text={text} />;
    case CONTENT.interactive:
      return <Interactive item={item} {...shown} />;
    case CONTENT.response:
      return <Plain text={answerText(text, shown.words)} />;
    default:
      return <Plain text={text} />;
  }
}

function answerText(text: string, words: Words): string {
  try {
    const { action, data } = JSON.parse(text);
    return typeof data?.selectionText === 'string'
      ? data.selectionText
      : typeof action === 'string'
        ? `${words.t('answered')}: ${action}`
        : words.t('answered');
  } catch {
    return words.t('answered');
  }
}

/** Where something of the customer's own stands that is not there yet: on its way, or why not and what can be done. */
function Underway({
  failed,
  words,
  onRetry,
  onDiscard,
}: {
  failed?: ComponentChildren | false;
  words: Words;
  onRetry?(): void;
  onDiscard(): void;
}) {
  return (
    <span class="foot">
      {!failed ? (
        <>
          <Icon name="clock" />
          {words.t('sending')}
        </>
      ) : (
        <>
          <Icon name="alert" />
          {failed}
          {onRetry && (
            <button type="button" onClick={onRetry}>
              {words.t('retry')}
            </button>
          )}
          <button type="button" onClick={onDiscard}>
            {words.t('discard')}
          </button>
        </>
      )}
    </span>
  );
}

/** The picture that the page has for whoever speaks. */
function iconOf(item: Item, { transcript }: Customization): string {
  const kind =
    item.ParticipantRole === 'CUSTOMER'
      ? 'customerMessage'
      : item.ParticipantRole === 'AGENT' || item.ParticipantRole === 'SUPERVISOR'
        ? 'agentMessage'
        : item.DisplayName === 'BOT' || item.ParticipantRole === 'CUSTOM_BOT'
          ? 'botMessage'
          : 'systemMessage';
  const icon = transcript?.displayIcons ? transcript.iconSources?.[kind] : '';
  return icon?.startsWith('data:image/') ? icon : '';
}

export function Message({ item, grouped, ...shown }: { item: Item; grouped: boolean } & Shown) {
  const { words, custom, chat } = shown;
  const mine = isMine(item);
  const receipt = mine && chat.timeline.receiptOf(item.Id);
  const status = receipt ? (receipt.ReadTimestamp ? 'read' : receipt.DeliveredTimestamp ? 'delivered' : 'sent') : 'sent';
  const overlay = shown.overlays.get(item.Id);
  const name = overlay?.name ?? nameOf(item, shown);
  const icon = iconOf(item, custom);
  const role = mine ? 'mine' : item.ParticipantRole === 'AGENT' || item.ParticipantRole === 'SUPERVISOR' ? 'agent' : 'system';
  return (
    <div class={`row ${role}${grouped ? ' grouped' : ''}`} data-id={item.Id}>
      {(!mine || icon) && (
        <span class="face" aria-hidden="true">
          {grouped ? '' : icon ? <img src={icon} alt="" /> : [...name][0]?.toUpperCase()}
        </span>
      )}
      <div class="speech">
        {!grouped && !custom.transcript?.hideDisplayNames && !mine && name && (
          <span class="name" dir="auto">
            {name}
          </span>
        )}
        {mine && <span class="unseen">{name}: </span>}
        <div class="bubble">
          <Overlaid overlay={overlay}>
            <Body item={item} {...shown} />
          </Overlaid>
        </div>
        <span class="foot">
          <time dateTime={item.AbsoluteTime}>{words.clock(new Date(item.AbsoluteTime))}</time>
          {mine && item.Id === shown.newest && (
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

export function Waiting({ pending, chat, words }: { pending: Pending; chat: Chat; words: Words }) {
  const { clientToken, failed, content, contentType } = pending;
  return (
    <div class={`row mine waiting${failed ? ' failed' : ''}`}>
      <div class="speech">
        <div class="bubble">
          {contentType === CONTENT.markdown ? (
            <Markdown text={content} />
          ) : (
            <Plain text={contentType === CONTENT.response ? words.t('answered') : content} />
          )}
        </div>
        <Underway
          failed={failed && words.t('notSent')}
          words={words}
          onRetry={chat.state === 'ended' ? undefined : () => chat.outbox.retry(clientToken)}
          onDiscard={() => chat.outbox.discard(clientToken)}
        />
      </div>
    </div>
  );
}

/** A file on its way, with how far it is. */
export function Sending({ upload, chat, words, custom }: { upload: Upload; chat: Chat; words: Words; custom: Customization }) {
  const { id, file, preview, part, failed, refused } = upload;
  return (
    <div class={`row mine waiting${failed ? ' failed' : ''}`}>
      <div class="speech">
        <div class="bubble">
          {preview && <img class="preview" src={preview} alt="" />}
          <span class="file">
            <Icon name="file" />
            <span dir="auto">{file.name}</span>
          </span>
          {!failed && <progress max={1} value={part} aria-label={file.name} />}
        </div>
        <Underway
          failed={
            failed && (
              <span role="alert">{(refused && custom.attachment?.rejectedErrorMessage) || `${words.t('uploadFailed')}: ${failed}`}</span>
            )
          }
          words={words}
          onRetry={refused ? undefined : () => void chat.uploads.send(upload)}
          onDiscard={() => chat.uploads.drop(id)}
        />
      </div>
    </div>
  );
}
