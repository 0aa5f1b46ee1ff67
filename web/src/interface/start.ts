// How a page starts a chat by an endpoint of its own choice.

export interface ChatConfig {
  name?: string;
  username?: string;
  region?: string;
  stage?: string;
  apiGatewayEndpoint: string;
  instanceId: string;
  contactFlowId: string;
  /** A JSON object, as text. */
  contactAttributes?: string;
  initialMessage?: string;
  persistentChat?: { sourceContactId?: string; rehydrationType?: string };
  /** Content types with commas between them. */
  supportedMessagingContentTypes?: string;
  chatDurationInMinutes?: number;
  headers?: Record<string, string>;
  featurePermissions?: Record<string, boolean>;
  language?: string;
  authenticationRedirectUri?: string;
  authenticationIdentityProvider?: string;
}

export interface Answer {
  startChatResult: { ContactId: string; ParticipantId: string; ParticipantToken: string };
  featurePermissions?: Record<string, boolean>;
}

export const typesOf = (config: ChatConfig) =>
  config.supportedMessagingContentTypes
    ?.split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** By what customers sign in within the chat, where the page has said it. */
export const signInOf = ({ authenticationRedirectUri: redirectUri, authenticationIdentityProvider: identityProvider }: ChatConfig) =>
  redirectUri ? { redirectUri, identityProvider } : undefined;

/** The body, of which what is not set is left out. */
function body(config: ChatConfig): Record<string, unknown> {
  const out: Record<string, unknown> = {
    InstanceId: config.instanceId,
    ContactFlowId: config.contactFlowId,
    ParticipantDetails: { DisplayName: config.name },
  };
  if (config.username) out.Username = config.username;
  const past = config.persistentChat;
  if (past?.sourceContactId && past.rehydrationType)
    out.PersistentChat = { SourceContactId: past.sourceContactId, RehydrationType: past.rehydrationType };
  try {
    if (config.contactAttributes) out.Attributes = JSON.parse(config.contactAttributes);
  } catch {
    /* what is no JSON is left out, as Amazon's does */
  }
  if (config.initialMessage) out.InitialMessage = { ContentType: 'text/plain', Content: config.initialMessage };
  const types = typesOf(config);
  if (types?.length) out.SupportedMessagingContentTypes = types;
  if (config.chatDurationInMinutes) out.ChatDurationInMinutes = Number(config.chatDurationInMinutes);
  return out;
}

/**
 * Starts a chat. The body goes without a content type, so that no other origin needs a preflight.
 *
 * Rejects with what the page's failure callback gets: `{status, ok, json}`, also for an answer that is no JSON, or `{networkError}`.
 */
export async function startChat(config: ChatConfig): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(config.apiGatewayEndpoint, {
      method: 'POST',
      headers: config.headers ?? {},
      body: JSON.stringify(body(config)),
    });
  } catch (networkError) {
    throw { networkError };
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok || !json.data?.startChatResult) throw { status: response.status, ok: false, json };
  return json.data;
}
