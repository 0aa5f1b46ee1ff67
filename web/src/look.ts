// Colours and sizes, from the widget's settings and the page's customStyles, as variables of the style sheet.

export interface Look {
  title?: string;
  greeting?: string;
  color?: string;
  textColor?: string;
  theme?: string;
  language?: string;
  preChat?: boolean;
  askContinue?: boolean;
  confirmEnd?: boolean;
  /** A picture, as a data: URL. */
  logo?: string;
}

/** The keys of customStyles, and the variable that each sets. */
const VARIABLES: Record<string, Record<string, string>> = {
  global: { textColor: 'ink', fontSize: 'size', footerHeight: 'footer-height', headerHeight: 'header-height', typeface: 'face' },
  header: { headerTextColor: 'head-ink', headerBackgroundColor: 'head' },
  transcript: {
    messageFontSize: 'message-size',
    messageTextColor: 'message-ink',
    widgetBackgroundColor: 'ground',
    agentMessageTextColor: 'agent-ink',
    systemMessageTextColor: 'system-ink',
    customerMessageTextColor: 'mine-ink',
    agentChatBubbleColor: 'agent',
    systemChatBubbleColor: 'system',
    customerChatBubbleColor: 'mine',
  },
  footer: {
    buttonFontSize: 'button-size',
    buttonTextColor: 'button-ink',
    buttonBorderColor: 'button-edge',
    buttonBackgroundColor: 'button',
    backgroundColor: 'foot',
    footerBackgroundColor: 'foot',
  },
  logo: { logoMaxHeight: 'logo-height', logoMaxWidth: 'logo-width' },
};

export function applyStyles(look: Look, styles: Record<string, Record<string, string>> | undefined) {
  const root = document.documentElement;
  const set = (name: string, value: unknown) => {
    if (typeof value === 'string' && value && value.length < 200 && !/[;{}]|url\(/i.test(value)) root.style.setProperty(`--${name}`, value);
  };
  if (look.theme === 'dark' || look.theme === 'light') root.dataset.theme = look.theme;
  set('mine-ink', styles?.transcript?.messageTextColor); // unless the customer's own is set, too
  set('brand', look.color);
  set('brand-ink', look.textColor);
  for (const [group, keys] of Object.entries(VARIABLES)) for (const [key, name] of Object.entries(keys)) set(name, styles?.[group]?.[key]);
}
