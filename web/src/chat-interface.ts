// connect.ChatInterface for pages that start chats by an endpoint of their own. The chat is shown in a frame, as the widget's.

import { isLabelled, labelled, type ToFrame, type ToPage } from './protocol.ts';

interface InitConfig { containerId?: string; headerConfig?: { render?: () => string; isHTML?: boolean }; composerConfig?: { attachmentsEnabled?: boolean; richMessagingEnabled?: boolean }; language?: string; themeConfig?: unknown; baseCssClass?: string }
interface ChatConfig {
  name?: string; username?: string; region?: string; apiGatewayEndpoint: string; instanceId: string; contactFlowId: string; contactAttributes?: string; initialMessage?: string;
  persistentChat?: { sourceContactId?: string; rehydrationType?: string }; supportedMessagingContentTypes?: string; chatDurationInMinutes?: number;
  headers?: Record<string, string>; featurePermissions?: Record<string, boolean>; language?: string;
}
type Data = { startChatResult: { ContactId: string; ParticipantId: string; ParticipantToken: string }; featurePermissions?: Record<string, boolean> };

const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;
const handlers = { onChatEnded: [] as ((data: unknown) => void)[], onStartNewChat: [] as ((data: unknown) => void)[], onChatLoading: [] as ((data: unknown) => void)[], onPushNotificationEligibleMessageReceived: [] as ((data: unknown) => void)[] };
let init: InitConfig = {};

function body(config: ChatConfig): Record<string, unknown> {
  const out: Record<string, unknown> = { InstanceId: config.instanceId, ContactFlowId: config.contactFlowId, ParticipantDetails: { DisplayName: config.name } };
  if (config.username) out.Username = config.username;
  const past = config.persistentChat;
  if (past?.sourceContactId && past.rehydrationType) out.PersistentChat = { SourceContactId: past.sourceContactId, RehydrationType: past.rehydrationType };
  try { if (config.contactAttributes) out.Attributes = JSON.parse(config.contactAttributes); } catch { /* what is no JSON is left out, as Amazon's does */ }
  if (config.initialMessage) out.InitialMessage = { ContentType: 'text/plain', Content: config.initialMessage };
  if (config.supportedMessagingContentTypes) out.SupportedMessagingContentTypes = config.supportedMessagingContentTypes.split(',').map((each) => each.trim());
  if (config.chatDurationInMinutes) out.ChatDurationInMinutes = Number(config.chatDurationInMinutes);
  return out;
}

/** Starts a chat and answers with what the endpoint says, whatever that is: an answer that is no JSON is a failure. */
async function ask(config: ChatConfig): Promise<Data> {
  let response: Response;
  try {
    response = await fetch(config.apiGatewayEndpoint, { method: 'POST', headers: config.headers ?? {}, body: JSON.stringify(body(config)) });
  } catch (networkError) {
    throw { networkError };
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok || !json.data?.startChatResult) throw { status: response.status, ok: false, json };
  return json.data;
}

class Session {
  #incoming: ((data: unknown) => void)[] = [];
  #outgoing: ((data: unknown) => void)[] = [];
  #ended: ((data: unknown) => void)[] = [];
  incomingItemDecorator?: (item: unknown) => unknown;
  constructor(readonly contactId: string, readonly end: () => void) {}
  onIncoming(callback: (data: unknown) => void) { this.#incoming.push(callback); }
  onOutgoing(callback: (data: unknown) => void) { this.#outgoing.push(callback); }
  onChatDisconnected(callback: (data: unknown) => void) { this.#ended.push(callback); }
  onChatClose(callback: (data: unknown) => void) { this.#ended.push(callback); }
  endChat() { this.end(); }
  tell(name: string, data: unknown) {
    const to = name === 'INCOMING_MESSAGE' ? this.#incoming : name === 'OUTGOING_MESSAGE' ? this.#outgoing : name === 'CHAT_ENDED' ? this.#ended : [];
    for (const each of to) each(data);
  }
}

function initiateChat(config: ChatConfig, success?: (session: unknown) => void, failure?: (error: unknown) => void) {
  const container = document.getElementById(init.containerId ?? 'root') ?? document.body;
  for (const each of handlers.onChatLoading) each({});
  ask(config).then((data) => {
    for (const each of handlers.onStartNewChat) each(data);
    const frame = document.createElement('iframe');
    frame.title = 'Chat';
    frame.src = `${origin}/widget/interface/frame`;
    for (const [name, value] of Object.entries({ border: '0', width: '100%', height: '100%', 'min-height': '420px', display: 'block' })) frame.style.setProperty(name, value);
    const send = (message: ToFrame) => frame.contentWindow?.postMessage(labelled(message), origin);
    const session = new Session(data.startChatResult.ContactId, () => send({ type: 'end' }));
    const types = config.supportedMessagingContentTypes?.split(',').map((each) => each.trim());
    const rich = init.composerConfig?.richMessagingEnabled ?? types?.includes('text/markdown');
    window.addEventListener('message', (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow || !isLabelled(event.data)) return;
      const message = event.data as unknown as ToPage;
      if (message.type === 'ready') {
        send({ type: 'settings', settings: { startsItself: true, inline: true, language: config.language ?? init.language,
          supportedMessagingContentTypes: rich ? ['text/plain', 'text/markdown'] : ['text/plain'],
          headerTitle: init.headerConfig?.render && !init.headerConfig.isHTML ? init.headerConfig.render() : undefined,
          customizationObject: { composer: { disableCustomerAttachments: init.composerConfig?.attachmentsEnabled === false } } } });
        send({ type: 'open' });
      }
      if (message.type === 'ask') {
        const features = { ...data.featurePermissions, ...config.featurePermissions };
        send({ type: 'answer', id: message.id, value: { startChatResult: data.startChatResult, featurePermissions: features } });
      }
      if (message.type === 'event') {
        session.tell(message.name, message.data);
        if (message.name === 'CHAT_ENDED') for (const each of handlers.onChatEnded) each(message.data);
        if (message.name === 'INCOMING_MESSAGE') for (const each of handlers.onPushNotificationEligibleMessageReceived) each(message.data);
      }
    });
    container.replaceChildren(frame);
    success?.(session);
  }, (error) => failure?.(error));
}

const page = window as unknown as { connect?: Record<string, unknown> };
page.connect = Object.assign(page.connect ?? {}, {
  ChatInterface: { init: (config: InitConfig) => { init = config; }, initiateChat, getCurrentTheme: () => init.themeConfig ?? {} },
  ChatEvents: Object.fromEntries(Object.entries(handlers).map(([name, list]) => [name, (callback: (data: unknown) => void) => { list.push(callback); }])),
});
window.addEventListener('message', (event) => {
  if (event.source === window && Object.hasOwn(Object(event.data), 'initChat')) initiateChat((event.data as { initChat: ChatConfig }).initChat);
});
