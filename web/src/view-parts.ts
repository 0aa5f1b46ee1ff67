// What a view consists of, read from its data and, for views that an instance has made, from its template. All of it is text by the time that it is drawn.

export interface Field {
  name: string;
  label: string;
  type: string;
  kind: string;
  value: string;
  required: boolean;
  help: string;
  options: { label: string; value: string }[];
}

/** Something to choose; with more to say, it is opened first. */
export interface Choice {
  title: string;
  note: string;
  action: string;
  data: Record<string, string>;
  more: Part[];
}

export type Part = { heading: string } | { text: string } | { field: Field } | { choice: Choice };

type Dict = Record<string, unknown>;

const DEEPEST = 8;
const FIELDS = /Input|Area|Dropdown|Picker|Radio|Checkbox|Toggle/;
/** Shown where the view's data has words for them; the others of a view are shown in any case. */
const WORDED = ['Back', 'Next', 'Previous', 'Edit', 'Cancel', 'NoMatchFound'];
const CHOSEN = ['ActionSelected', 'CardSelected'];

export const textOf = (value: unknown) => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const dict = (value: unknown): Dict => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dict) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Words with markup for another renderer are shown as the words alone. */
const bare = (text: string) =>
  text
    .replace(/<[^>]{0,1000}>/g, ' ')
    .replace(/[ \t]{2,}/g, ' ')
    .trim();

function fieldOf(one: Dict): Field {
  return {
    name: textOf(one.Name),
    label: textOf(one.Label) || textOf(one.Name),
    type: textOf(one.Type),
    kind: textOf(one.InputType),
    value: textOf(one.DefaultValue),
    required: one.Required === true,
    help: textOf(one.HelperText),
    options: list(one.Options).map((each) =>
      typeof each === 'string' ? { label: each, value: each } : { label: textOf(dict(each).Label), value: textOf(dict(each).Value) },
    ),
  };
}

/** Sections: texts, templates of texts, pairs, fields, and whatever holds more of them. */
function sections(value: unknown, depth = 0): Part[] {
  if (depth > DEEPEST) return [];
  if (typeof value === 'string') return value.trim() ? [{ text: bare(value) }] : [];
  if (Array.isArray(value)) return value.flatMap((each) => sections(each, depth + 1));
  const one = { ...dict(value), ...dict(dict(value).Props) };
  if (typeof one.TemplateString === 'string') return [{ text: bare(one.TemplateString) }];
  if (typeof one.Name === 'string' && (one.Label !== undefined || FIELDS.test(textOf(one.Type)))) return [{ field: fieldOf(one) }];
  if (one.Type === undefined && !one.Items) {
    return Object.entries(one)
      .filter(([, each]) => textOf(each))
      .map(([name, each]) => ({ text: `${name}: ${textOf(each)}` }));
  }
  if (one.Type === 'Button') return []; // see buttonsOf
  if (typeof one.Text === 'string') return one.Type === 'Heading' ? [{ heading: bare(one.Text) }] : [{ text: bare(one.Text) }];
  if (one.Type === 'Card') return [{ choice: card(one, textOf(one.Action) || 'CardSelected') }];
  const heading = textOf(one.Heading);
  return [...(heading ? [{ heading }] : []), ...sections(one.Items ?? [], depth + 1), ...sections(one.Content ?? [], depth + 1)];
}

/** The name of what was chosen goes along, as Amazon's views have it, and the id where there is one. */
function choiceOf(title: string, note = '', id = '', action = 'ActionSelected', more: Part[] = []): Choice {
  return { title, note, action, data: { actionName: title, ...(id ? { Id: id } : {}) }, more };
}

function card(one: Dict, action = 'ActionSelected'): Choice {
  const summary = { ...one, ...dict(one.Summary) };
  const detail = dict(one.Detail);
  const heading = textOf(detail.Heading);
  const more: Part[] = [
    ...(heading ? [{ heading }] : []),
    ...sections(detail.Description ?? []),
    ...sections(detail.Sections ?? []),
    ...actions(detail.Actions),
  ];
  return choiceOf(textOf(summary.Heading), textOf(summary.Description), textOf(summary.Id), action, more);
}

const actions = (value: unknown): Part[] =>
  list(value)
    .filter(textOf)
    .map((name) => ({ choice: choiceOf(textOf(name)) }));

function items(value: unknown, depth = 0): Part[] {
  if (depth > DEEPEST) return [];
  return list(value).flatMap((each): Part[] => {
    const one = dict(each);
    const title = textOf(one.Heading);
    const own: Part[] = !title
      ? []
      : textOf(one.Id)
        ? [{ choice: choiceOf(title, textOf(one.Description), textOf(one.Id)) }]
        : [{ text: [title, textOf(one.Description)].filter(Boolean).join('\n') }];
    const label = textOf(one.Label);
    return [...(label ? [{ heading: label }] : []), ...own, ...items(one.Items, depth + 1)];
  });
}

/** Puts the data where a template names it: "$.Heading", "$.Trip.City". */
function filled(value: unknown, data: Dict, depth = 0): unknown {
  if (depth > 4 * DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((each) => filled(each, data, depth + 1));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, data, depth + 1)]));
  if (typeof value !== 'string' || !value.startsWith('$.')) return value;
  return value
    .slice(2)
    .split('.')
    .reduce<unknown>((at, name) => (Object.hasOwn(dict(at), name) ? dict(at)[name] : undefined), data);
}

/** What a template consists of, with the data in it. */
function bodyOf(data: Dict, template: string): unknown {
  try {
    return filled(JSON.parse(template).Body, data);
  } catch {
    return [];
  } // it is not for this client
}

/** All parts of a view by its data alone; where that has none, by the template of it. */
export function partsOf(data: Dict, template: string): Part[] {
  const bar = list(data.AttributeBar).map((each) => ({ text: `${textOf(dict(each).Label)}: ${textOf(dict(each).Value)}` }));
  const cards = list(data.Cards).map((each) => ({ choice: card(dict(each)) }));
  const own = [...sections(data.Sections ?? data.Fields ?? []), ...cards, ...items(data.Items), ...actions(data.Actions)];
  if (own.length || !template) return [...bar, ...own];
  const above = ['Heading', 'SubHeading', 'Description'].map((name) => bare(textOf(data[name]))).filter(Boolean); // which stand above all parts
  const drawn = sections(bodyOf(data, template));
  return [...bar, ...drawn.filter((part) => !above.includes('heading' in part ? part.heading : 'text' in part ? part.text : ''))];
}

/** What a template's buttons say, by the action of each. */
function labelsOf(value: unknown, depth = 0): Record<string, string> {
  if (depth > DEEPEST) return {};
  const labels = list(value).map((each) => {
    const one = dict(each);
    const props = dict(one.Props);
    if (one.Type !== 'Button') return labelsOf(one.Content, depth + 1);
    return { [textOf(props.Action)]: textOf(props.Label) || textOf(list(one.Content)[0]) };
  });
  return Object.assign({}, ...labels);
}

/** The buttons of a view, with their words; those of Amazon's own have some in the data. */
export function buttonsOf(names: string[], data: Dict, template: string, submit: string): { action: string; label: string }[] {
  const drawn = labelsOf(bodyOf(data, template));
  const label = (action: string) => textOf(dict(data[action]).Label) || (Object.hasOwn(drawn, action) ? drawn[action] : '');
  return names
    .filter((action) => !CHOSEN.includes(action) && (WORDED.includes(action) ? label(action) : action !== 'Submit' || !label('Next')))
    .map((action) => ({ action, label: label(action) || (action === 'Submit' ? submit : action) }));
}
