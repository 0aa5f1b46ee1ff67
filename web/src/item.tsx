// One row of the timeline.

import { useState } from 'preact/hooks';
import type { Chat, Pending } from './chat.ts';
import { Icon } from './icons.tsx';
import { Interactive } from './interactive.tsx';
import { Markdown, Plain } from './markdown.tsx';
import { Overlaid, type Overlay } from './overlay.tsx';
import type { Customization } from './protocol.ts';
import type { Words } from './texts.ts';
import { CONTENT, type Attachment, type Item } from './wire.ts';

export interface Shown { chat: Chat; words: Words; custom: Customization; newest: string; overlays: Map<string, Overlay>; answer(text: string, contentType: string): void }

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
    case CONTENT.joined: return isMine(item) ? '' : fill(own?.participantJoined) ?? shown.words.t('joined', { name });
    case CONTENT.left: return isMine(item) ? '' : fill(own?.participantLeft) ?? shown.words.t('left', { name });
    case CONTENT.idle: return isMine(item) && own?.participantIdle === undefined ? '' : fill(own?.participantIdle) ?? shown.words.t('idle', { name });
    case CONTENT.returned: return isMine(item) && own?.participantReturned === undefined ? '' : fill(own?.participantReturned) ?? shown.words.t('returned', { name });
    case CONTENT.silent: return fill(own?.participantDisconnect) ?? shown.words.t('silent', { name });
    case CONTENT.transferred: return shown.words.t('transferred');
    case CONTENT.ended: return fill(own?.chatEnded) ?? shown.words.t('ended');
    default: return '';
  }
}

function File({ file, chat, words, custom }: { file: Attachment } & Shown) {
  const [failed, setFailed] = useState('');
  const open = async () => {
    try {
      const { Url } = await chat.attachment(file.AttachmentId);
      const blob = await (await fetch(Url)).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
      link.download = file.AttachmentName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) { setFailed(String(error)); }
  };
  const state = file.Status === 'REJECTED' ? custom.attachment?.rejectedErrorMessage ?? words.t('rejected') : file.Status === 'APPROVED' ? '' : words.t('scanning');
  return (
    <button type="button" class="file" disabled={file.Status !== 'APPROVED'} onClick={open}>
      <Icon name="file" /><span dir="auto">{file.AttachmentName}</span>{(state || failed) && <small>{state || failed}</small>}
    </button>
  );
}

function Body({ item, ...shown }: { item: Item } & Shown) {
  if (item.Attachments?.length) return <>{item.Attachments.map((file) => <File key={file.AttachmentId} file={file} {...shown} />)}</>;
  const text = item.Content ?? '';
  switch (item.ContentType) {
    case CONTENT.markdown: return <Markdown text={text} />;
    case CONTENT.interactive: return <Interactive item={item} {...shown} />;
    case CONTENT.response: return <Plain text={answerText(text, shown.words)} />;
    default: return <Plain text={text} />;
  }
}

function answerText(text: string, words: Words): string {
  try {
    const { action, data } = JSON.parse(text);
    return typeof data?.selectionText === 'string' ? data.selectionText : typeof action === 'string' ? `${words.t('answered')}: ${action}` : words.t('answered');
  } catch { return words.t('answered'); }
}

/** The picture that the page has for whoever speaks. */
function iconOf(item: Item, { transcript }: Customization): string {
  const kind = item.ParticipantRole === 'CUSTOMER' ? 'customerMessage' : item.ParticipantRole === 'AGENT' || item.ParticipantRole === 'SUPERVISOR' ? 'agentMessage'
    : item.DisplayName === 'BOT' || item.ParticipantRole === 'CUSTOM_BOT' ? 'botMessage' : 'systemMessage';
  const icon = transcript?.displayIcons ? transcript.iconSources?.[kind] : '';
  return icon?.startsWith('data:image/') ? icon : '';
}

export const clock = (time: string | number, words: Words) => new Intl.DateTimeFormat(words.tag, { hour: '2-digit', minute: '2-digit' }).format(new Date(time));

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
      {(!mine || icon) && <span class="face" aria-hidden="true">{grouped ? '' : icon ? <img src={icon} alt="" /> : [...name][0]?.toUpperCase()}</span>}
      <div class="speech">
        {!grouped && !custom.transcript?.hideDisplayNames && !mine && name && <span class="name" dir="auto">{name}</span>}
        {mine && <span class="unseen">{name}: </span>}
        <div class="bubble"><Overlaid overlay={overlay}><Body item={item} {...shown} /></Overlaid></div>
        <span class="foot"><time dateTime={item.AbsoluteTime}>{clock(item.AbsoluteTime, words)}</time>
          {mine && item.Id === shown.newest && <span class={`status ${status}`}><Icon name={status === 'sent' ? 'check' : 'checks'} />{words.t(status)}</span>}
        </span>
      </div>
    </div>
  );
}

export function Waiting({ pending, chat, words }: { pending: Pending; chat: Chat; words: Words }) {
  return (
    <div class={`row mine waiting${pending.failed ? ' failed' : ''}`}>
      <div class="speech">
        <div class="bubble">{pending.contentType === CONTENT.markdown ? <Markdown text={pending.content} />
          : <Plain text={pending.contentType === CONTENT.response ? words.t('answered') : pending.content} />}</div>
        <span class="foot">{pending.failed
          ? <><Icon name="alert" />{words.t('notSent')} · <button type="button" onClick={() => chat.retry(pending.clientToken)}>{words.t('retry')}</button> · <button type="button" onClick={() => chat.discard(pending.clientToken)}>{words.t('discard')}</button></>
          : <><Icon name="clock" />{words.t('sending')}</>}</span>
      </div>
    </div>
  );
}
