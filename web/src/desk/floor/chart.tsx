// The day in bars by the half hour; the same as a table for who cannot see them.

import type { Words } from '../texts.ts';
import type { Metric, Point } from './figures.ts';

const WIDTH = 330;
const HEIGHT = 96;
const SLOTS = 48;

export function Chart({
  title,
  day,
  metric,
  points,
  words,
  show,
  now,
}: {
  title: string;
  /** Of the whole day. */ day?: number;
  metric: Metric;
  points: Point[];
  words: Words;
  show(value: number): string;
  now: number;
}) {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const known = points.filter((each) => each.values[metric] !== undefined);
  const top = Math.max(1, ...known.map((each) => each.values[metric]!));
  const wide = WIDTH / SLOTS;
  return (
    <figure class="chart">
      <figcaption>
        {title}
        <b>{day === undefined ? '–' : show(day)}</b>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 16}`} role="img" aria-label={title}>
        <path class="base" d={`M0 ${HEIGHT}.5H${WIDTH}`} />
        {known.map((each) => {
          const height = Math.max(1.5, (each.values[metric]! / top) * (HEIGHT - 8));
          return (
            <rect
              key={each.at}
              x={((each.at - midnight) / 1_800_000) * wide + 0.8}
              y={HEIGHT - height}
              width={wide - 1.6}
              height={height}
              rx="1.5"
            >
              <title>{`${words.clock(each.at)}: ${show(each.values[metric]!)}`}</title>
            </rect>
          );
        })}
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={(hour / 24) * WIDTH + 2} y={HEIGHT + 13}>
            {words.clock(midnight + hour * 3_600_000)}
          </text>
        ))}
      </svg>
      <table class="unseen">
        <caption>{title}</caption>
        <tbody>
          {known.map((each) => (
            <tr key={each.at}>
              <th>{words.clock(each.at)}</th>
              <td>{show(each.values[metric]!)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
