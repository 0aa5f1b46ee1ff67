// connect.ChatEvents: what happens to whichever chat the page has.

type Callback = (data?: unknown) => void;

const NAMES = [
  'onChatEnded',
  'onAgentEndChat',
  'onStartNewChat',
  'onChatLoading',
  'onPushNotificationEligibleMessageReceived',
  'onAuthenticationComplete',
  'onAuthenticationInitiated', // perch's own: Amazon's keeps the state, against which the redirect page has to hold what comes back, to itself
  'onVoiceEscalation',
] as const;
export type EventName = (typeof NAMES)[number];

/** The object for the page, and the function that tells whoever has asked. */
export function chatEvents() {
  const heard = Object.fromEntries(NAMES.map((name) => [name, [] as Callback[]]));
  return {
    page: Object.fromEntries(
      NAMES.map((name) => [
        name,
        (callback: Callback) => {
          heard[name].push(callback);
        },
      ]),
    ),
    tell(name: EventName, data?: unknown) {
      for (const each of heard[name]) {
        try {
          each(data);
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}
