// A flow as a picture: actions in layers from the start, and the way that a contact has taken through it.

import { useMemo } from 'preact/hooks';
import type { Words } from '../texts.ts';

interface Action {
  Identifier: string;
  Type: string;
  Parameters?: Record<string, unknown>;
  Transitions?: {
    NextAction?: string;
    Conditions?: { NextAction: string; Condition?: { Operands?: string[] } }[];
    Errors?: { NextAction: string; ErrorType: string }[];
  };
}
export interface Content {
  StartAction?: string;
  Actions?: Action[];
}
export interface Step {
  Number: number;
  FlowId: string;
  ActionId: string;
  NextActionId?: string;
  Branch?: string;
  Reason?: string;
}

interface Edge {
  from: string;
  to: string;
  label: string;
  error: boolean;
}

const WIDTH = 240;
const HEIGHT = 54;
const ACROSS = 150;
const DOWN = 26;

/** The ways from action to action; several between the same two are drawn as one. */
function edgesOf(actions: Action[]): Edge[] {
  const edges = new Map<string, Edge>();
  const add = (from: string, to: string, label: string, error: boolean) => {
    const known = edges.get(`${from}→${to}`);
    if (!known) edges.set(`${from}→${to}`, { from, to, label, error });
    else Object.assign(known, { label: [known.label, label].filter(Boolean).join(', '), error: known.error && error });
  };
  for (const { Identifier: from, Transitions: t = {} } of actions) {
    for (const each of t.Conditions ?? []) add(from, each.NextAction, each.Condition?.Operands?.join(', ') ?? '', false);
    if (t.NextAction) add(from, t.NextAction, '', false);
    for (const each of t.Errors ?? []) add(from, each.NextAction, each.ErrorType, true);
  }
  return [...edges.values()];
}

/** The column of each action: how many steps it is away from the start at least. */
function columns(content: Content, edges: Edge[]): Map<string, number> {
  const at = new Map<string, number>();
  let now = content.StartAction ? [content.StartAction] : [];
  for (let column = 0; now.length; column += 1) {
    for (const id of now) at.set(id, column);
    now = [...new Set(edges.filter((edge) => now.includes(edge.from) && !at.has(edge.to)).map((edge) => edge.to))];
  }
  const last = Math.max(0, ...at.values());
  for (const action of content.Actions ?? []) if (!at.has(action.Identifier)) at.set(action.Identifier, last + 1); // nothing leads there
  return at;
}

function what(action: Action): string {
  const { Text, ...rest } = action.Parameters ?? {};
  const first = typeof Text === 'string' ? Text : Object.values(rest).find((value) => typeof value === 'string');
  return typeof first === 'string' ? first : action.Identifier;
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export function Graph({
  content,
  steps,
  problems,
  chosen,
  words,
  onChoose,
}: {
  content: Content;
  steps: Step[];
  problems: Set<string>;
  chosen: string;
  words: Words;
  onChoose(id: string): void;
}) {
  const { places, edges, width, height } = useMemo(() => {
    const actions = content.Actions ?? [];
    const drawn = edgesOf(actions);
    const at = columns(content, drawn);
    const filled = new Map<number, number>();
    const found = new Map<string, { x: number; y: number; action: Action }>();
    for (const action of actions) {
      const column = at.get(action.Identifier) ?? 0;
      const row = filled.get(column) ?? 0;
      filled.set(column, row + 1);
      found.set(action.Identifier, { x: 20 + column * (WIDTH + ACROSS), y: 20 + row * (HEIGHT + DOWN), action });
    }
    return {
      places: found,
      edges: drawn,
      width: 40 + (Math.max(0, ...at.values()) + 1) * (WIDTH + ACROSS),
      height: 40 + Math.max(1, ...filled.values()) * (HEIGHT + DOWN),
    };
  }, [content]);
  const passed = new Set(steps.map((step) => step.ActionId));
  const went = new Set(steps.map((step) => `${step.ActionId}→${step.NextActionId ?? ''}`));
  const stands = steps.at(-1)?.ActionId;
  return (
    <div class="graph" tabIndex={0} role="group" aria-label={words.t('graph')}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <defs>
          {['', 'went', 'fault'].map((kind) => (
            <marker
              key={kind}
              id={`tip${kind}`}
              class={kind}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0l8 4-8 4z" />
            </marker>
          ))}
        </defs>
        {edges.map((edge, n) => {
          const from = places.get(edge.from);
          const to = places.get(edge.to);
          if (!from || !to) return null;
          const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
          const bend = x2 > x1 ? (x2 - x1) / 2 : 60;
          const kind = went.has(`${edge.from}→${edge.to}`) ? 'went' : edge.error ? 'fault' : '';
          return (
            <g key={n} class={`edge ${kind}`}>
              <path d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} marker-end={`url(#tip${kind})`} />
              {edge.label && (
                <text x={x1 + 10} y={y1 + (y2 - y1) * 0.3 - 6}>
                  {cut(edge.label, 21)}
                  <title>{edge.label}</title>
                </text>
              )}
            </g>
          );
        })}
        {[...places].map(([id, { x, y, action }]) => (
          <g
            key={id}
            class={`action${passed.has(id) ? ' passed' : ''}${stands === id ? ' stands' : ''}${problems.has(id) ? ' faulty' : ''}${chosen === id ? ' chosen' : ''}`}
            transform={`translate(${x} ${y})`}
            role="button"
            tabindex={0}
            onClick={() => onChoose(id)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault();
                onChoose(id);
              }
            }}
          >
            <rect width={WIDTH} height={HEIGHT} rx="10" />
            <text x="12" y="22" class="type">
              {cut(action.Type, 27)}
            </text>
            <text x="12" y="40" class="what">
              {cut(what(action), 34)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
