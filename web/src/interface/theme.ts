// Themes of ChatInterface, as far as there is something here that they colour.

type Styles = Record<string, Record<string, string>>;

/** What a page may start from: the parts that are heeded, with perch's own colours. */
export const defaultTheme = {
  palette: { white: '#ffffff', black: '#1c2420', lightGreen: '#1f5f4a', whisper: '#eef2f0', red: '#b3261e' },
  fonts: { regular: 'ui-sans-serif, system-ui, sans-serif' },
  color: { primary: '#1f5f4a' },
  globals: { bodyFontColor: '#1c2420', bodyFontSize: '15px', bodyFontFamily: 'ui-sans-serif, system-ui, sans-serif' },
  chatTranscriptor: {
    background: '#ffffff',
    outgoingMsgBg: '#1f5f4a',
    incomingMsgBg: '#eef2f0',
    outgoingMsg: 'color: #ffffff; background: #1f5f4a;',
    incomingMsg: 'color: #1c2420; background: #eef2f0;',
  },
};

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** The colours in a piece of CSS. */
function coloursOf(css: unknown): { ink: string; ground: string } {
  const probe = document.createElement('i');
  probe.style.cssText = text(css);
  return { ink: probe.style.color, ground: probe.style.backgroundColor };
}

/** A theme as the styles that the frame knows. Only what the page has set is in them. */
export function stylesOf(theme: Record<string, unknown> | undefined): Styles {
  const part = (name: string) => Object(theme?.[name]) as Record<string, unknown>;
  const {
    fonts,
    color,
    globals,
    chatTranscriptor: transcript,
  } = { fonts: part('fonts'), color: part('color'), globals: part('globals'), chatTranscriptor: part('chatTranscriptor') };
  const mine = coloursOf(transcript.outgoingMsg);
  const theirs = coloursOf(transcript.incomingMsg);
  const incoming = text(transcript.incomingMsgBg) || theirs.ground;
  return {
    global: {
      typeface: text(globals.bodyFontFamily) || text(fonts.regular),
      textColor: text(globals.bodyFontColor),
      fontSize: text(globals.bodyFontSize),
    },
    header: { headerBackgroundColor: text(color.primary) },
    transcript: {
      widgetBackgroundColor: text(transcript.background),
      customerChatBubbleColor: text(transcript.outgoingMsgBg) || mine.ground,
      customerMessageTextColor: mine.ink,
      agentChatBubbleColor: incoming,
      systemChatBubbleColor: incoming,
      agentMessageTextColor: theirs.ink,
      systemMessageTextColor: theirs.ink,
    },
    footer: { buttonBackgroundColor: text(color.primary) },
  };
}
