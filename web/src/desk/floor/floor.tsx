// The floor: queues and agents as they are now, the day in charts, and a way into every chat that is had.

import { useEffect, useState } from 'preact/hooks';
import type { Desk } from '../desk.ts';
import { Modal } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import { Picker, type Choice } from '../picker.tsx';
import type { Key, Words } from '../texts.ts';
import { Chart } from './chart.tsx';
import { day, type AgentFigures, type Figures, type Has, type Metric, type Point, type QueueFigures } from './figures.ts';
import { Contacts } from './table.tsx';
import { Waiting } from './waiting.tsx';
import { Watch } from './watch.tsx';

const seconds = (words: Words) => (value: number) => words.span(value * 1000);
const whole = (value: number) => String(Math.round(value));
const percent = (value: number) => `${Math.round(value)} %`;

function Tile({ label, value, late }: { label: string; value: string; late?: boolean }) {
  return (
    <div class={`tile${late ? ' late' : ''}`}>
      <span>{label}</span>
      <b>{value}</b>
    </div>
  );
}

const mean = (queues: QueueFigures[], of: (one: QueueFigures['Today']) => number | undefined) => {
  const weighted = queues
    .map((each) => ({ value: of(each.Today), n: each.Today.ContactsHandled }))
    .filter((each) => each.value !== undefined && each.n > 0);
  const all = weighted.reduce((sum, each) => sum + each.n, 0);
  return all ? weighted.reduce((sum, each) => sum + each.value! * each.n, 0) / all : undefined;
};

function Tiles({ figures, words, now }: { figures: Figures; words: Words; now: number }) {
  const { Queues, Agents } = figures;
  const sum = (of: (one: QueueFigures) => number) => Queues.reduce((n, each) => n + of(each), 0);
  const oldest = Math.min(...Queues.map((each) => Date.parse(each.OldestContactTimestamp ?? '')).filter((each) => !Number.isNaN(each)));
  const level = mean(Queues, (today) => today.ServiceLevel);
  const first = mean(Queues, (today) => today.AverageFirstResponseTime);
  const handle = mean(Queues, (today) => today.AverageHandleTime);
  const wait = Number.isFinite(oldest) ? now - oldest : 0;
  return (
    <div class="tiles">
      <Tile label={words.t('inQueueNow')} value={String(sum((each) => each.ContactsInQueue))} late={wait > 60_000} />
      <Tile label={words.t('longestWait')} value={wait ? words.span(wait) : '–'} late={wait > 60_000} />
      <Tile
        label={words.t('inHand')}
        value={String(Agents.flatMap((each) => each.Contacts).filter((each) => each.State === 'CONNECTED').length)}
      />
      <Tile
        label={words.t('agentsAvailable')}
        value={`${Agents.filter((each) => each.Status.Type === 'ROUTABLE').length} / ${Agents.length}`}
      />
      <Tile label={words.t('serviceLevel')} value={level === undefined ? '–' : percent(level)} />
      <Tile label={words.t('abandoned')} value={String(sum((each) => each.Today.ContactsAbandoned))} />
      <Tile label={words.t('firstResponse')} value={first === undefined ? '–' : words.span(first * 1000)} />
      <Tile label={words.t('handleTime')} value={handle === undefined ? '–' : words.span(handle * 1000)} />
    </div>
  );
}

function Queues({
  queues,
  words,
  now,
  onWaiting,
}: {
  queues: QueueFigures[];
  words: Words;
  now: number;
  onWaiting(queueId: string): void;
}) {
  const time = (value: number | undefined) => (value === undefined ? '–' : words.span(value * 1000));
  return (
    <section>
      <h2>{words.t('queues')}</h2>
      <div class="scrolls" tabIndex={0} role="region" aria-label={words.t('queues')}>
        <table class="figures">
          <thead>
            <tr>
              {(
                [
                  'queue',
                  'inQueueNow',
                  'longestWait',
                  'inHand',
                  'agentsAvailable',
                  'serviceLevel',
                  'handled',
                  'abandoned',
                  'firstResponse',
                  'handleTime',
                ] as Key[]
              ).map((each) => (
                <th key={each} scope="col">
                  {words.t(each)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {queues.map(({ Queue, Today: t, ...q }) => (
              <tr key={Queue.Id}>
                <th scope="row" dir="auto">
                  {Queue.Name}
                </th>
                <td>
                  {q.ContactsInQueue ? (
                    <button
                      type="button"
                      class="few"
                      aria-label={`${words.t('waiting')}: ${Queue.Name}, ${q.ContactsInQueue}`}
                      onClick={() => onWaiting(Queue.Id)}
                    >
                      {q.ContactsInQueue}
                    </button>
                  ) : (
                    0
                  )}
                </td>
                <td>{q.OldestContactTimestamp ? words.span(now - Date.parse(q.OldestContactTimestamp)) : '–'}</td>
                <td>{q.ContactsInHand}</td>
                <td>
                  {q.AgentsAvailable} / {q.AgentsStaffed}
                </td>
                <td>{t.ServiceLevel === undefined ? '–' : percent(t.ServiceLevel)}</td>
                <td>{t.ContactsHandled}</td>
                <td>{t.ContactsAbandoned}</td>
                <td>{time(t.AverageFirstResponseTime)}</td>
                <td>{time(t.AverageHandleTime)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Agents({
  agents,
  words,
  now,
  watched,
  onWatch,
  onReassign,
}: {
  agents: AgentFigures[];
  words: Words;
  now: number;
  watched: string;
  onWatch(has: Has): void;
  onReassign(has: Has): void;
}) {
  return (
    <section>
      <h2>{words.t('agents')}</h2>
      <ul class="people">
        {agents.map((each) => (
          <li key={each.Id}>
            <header>
              <i class={`dot ${each.Status.Type.toLowerCase()}`} />
              <b dir="auto">{each.DisplayName}</b>
              <span class="soft">
                {each.Status.Name}
                {each.Status.StartTimestamp && ` · ${words.span(now - Date.parse(each.Status.StartTimestamp))}`}
              </span>
              <span class="soft">
                {each.Contacts.length} / {each.Slots}
              </span>
            </header>
            {each.Contacts.map((has) => (
              <div key={has.ContactId} class={`has${watched === has.ContactId ? ' watched' : ''}`} data-contact={has.ContactId}>
                <span>{words.t(STATE[has.State])}</span>
                <span class="soft" dir="auto">
                  {has.Queue?.Name}
                </span>
                <span class="soft">{words.span(now - Date.parse(has.StateStartTimestamp))}</span>
                {has.State === 'CONNECTED' && (
                  <button type="button" class="plain" onClick={() => onWatch(has)}>
                    <Icon name="eye" />
                    {words.t('watch')}
                  </button>
                )}
                {(has.State === 'CONNECTED' || has.State === 'INCOMING') && (
                  <button type="button" class="plain" onClick={() => onReassign(has)}>
                    <Icon name="swap" />
                    {words.t('reassign')}
                  </button>
                )}
              </div>
            ))}
          </li>
        ))}
        {agents.length === 0 && <li class="soft">{words.t('nothing')}</li>}
      </ul>
    </section>
  );
}

const STATE = { INCOMING: 'offers', CONNECTED: 'connected', ENDED: 'work', MISSED: 'missed', REJECTED: 'rejected' } as const;
const total = (queues: QueueFigures[], of: (one: QueueFigures['Today']) => number) => queues.reduce((sum, each) => sum + of(each.Today), 0);
const CHARTS: [Metric, Key, 'count' | 'seconds' | 'percent', (queues: QueueFigures[]) => number | undefined][] = [
  ['CONTACTS_HANDLED', 'handled', 'count', (queues) => total(queues, (today) => today.ContactsHandled)],
  ['CONTACTS_ABANDONED', 'abandoned', 'count', (queues) => total(queues, (today) => today.ContactsAbandoned)],
  ['SERVICE_LEVEL', 'serviceLevel', 'percent', (queues) => mean(queues, (today) => today.ServiceLevel)],
  ['AVG_FIRST_RESPONSE_TIME_AGENT', 'firstResponse', 'seconds', (queues) => mean(queues, (today) => today.AverageFirstResponseTime)],
  ['AVG_HANDLE_TIME', 'handleTime', 'seconds', (queues) => mean(queues, (today) => today.AverageHandleTime)],
  ['AVG_QUEUE_ANSWER_TIME', 'answerTime', 'seconds', (queues) => mean(queues, (today) => today.AverageQueueAnswerTime)],
];

function Charts({ desk, figures, words, now }: { desk: Desk; figures: Figures; words: Words; now: number }) {
  const [points, setPoints] = useState<Point[]>([]);
  const queues = figures.Queues.map((each) => each.Queue.Id).join(' ');
  useEffect(() => {
    if (!queues) return undefined;
    const load = () => {
      if (document.visibilityState === 'visible')
        day(desk.session, queues.split(' '), figures.Queues[0].Today.ServiceLevelSeconds).then(setPoints, () => {});
    };
    load();
    const timer = setInterval(load, 60_000);
    return () => clearInterval(timer);
  }, [queues]);
  const show = { count: whole, seconds: seconds(words), percent };
  return (
    <section>
      <h2>{words.t('theDay')}</h2>
      <div class="charts">
        {CHARTS.map(([metric, key, kind, of]) => (
          <Chart
            key={metric}
            title={words.t(key)}
            day={of(figures.Queues)}
            metric={metric}
            points={points}
            words={words}
            show={show[kind]}
            now={now}
          />
        ))}
      </div>
    </section>
  );
}

function Reassign({
  desk,
  contactId,
  figures,
  words,
  onDone,
}: {
  desk: Desk;
  contactId: string;
  figures: Figures;
  words: Words;
  onDone(): void;
}) {
  const [to, setTo] = useState<Choice>();
  const choices: Choice[] = [
    ...figures.Agents.map((each): Choice => ({ id: `UserId ${each.Id}`, label: each.DisplayName, icon: 'person', hint: each.Username })),
    ...figures.Queues.map((each): Choice => ({
      id: `QueueId ${each.Queue.Id}`,
      label: each.Queue.Name,
      icon: 'queue',
      hint: words.t('queue'),
    })),
  ];
  const go = (chosen: Choice | undefined) => {
    if (!chosen) return;
    const [member, id] = chosen.id.split(' ');
    onDone();
    void desk.reassign(contactId, { [member]: id });
  };
  return (
    <Modal label={words.t('reassign')} onClose={onDone} kind="pick">
      <h2>{words.t('reassign')}</h2>
      <Picker
        label={words.t('reassign')}
        placeholder={words.t('transferFind')}
        none={words.t('nobody')}
        choices={choices}
        byClick={false}
        onAt={setTo}
        onGo={go}
      />
      <div class="answers">
        <button type="button" class="plain" onClick={onDone}>
          {words.t('cancel')}
        </button>
        <button type="button" class="main" disabled={!to} onClick={() => go(to)}>
          {words.t('reassign')}
        </button>
      </div>
    </Modal>
  );
}

export function Floor({ desk, words, now, version }: { desk: Desk; words: Words; now: number; version: number }) {
  const [figures, setFigures] = useState<Figures | null>(null);
  const [moving, setMoving] = useState('');
  const [queue, setQueue] = useState('');
  const [tab, setTab] = useState<'floor' | 'contacts'>('floor');
  const [watched, setWatched] = useState(() => desk.monitors[0]?.ContactId ?? '');
  useEffect(() => desk.listen('perch/figures', (content) => setFigures(content as Figures)), [desk]);
  const watch = (has: Has) => {
    setWatched(has.ContactId);
    void desk.watch(has.ContactId);
  };
  if (!figures)
    return (
      <main class="floor">
        <div class="center whole" role="status">
          <span class="spinner" />
          {words.t('loading')}
        </div>
      </main>
    );
  const queued = figures.Queues.find((each) => each.Queue.Id === queue);
  const tabs = (
    <nav class="tabs" aria-label={words.t('floor')}>
      {(['floor', 'contacts'] as const).map((each) => (
        <button key={each} type="button" aria-current={tab === each ? 'page' : undefined} onClick={() => setTab(each)}>
          {words.t(each === 'floor' ? 'rightNow' : 'contacts')}
        </button>
      ))}
    </nav>
  );
  if (tab === 'contacts')
    return (
      <main class="floor" aria-label={words.t('floor')}>
        <div class="board whole">
          {tabs}
          <Contacts desk={desk} figures={figures} words={words} now={now} />
        </div>
      </main>
    );
  return (
    <main class={`floor${watched ? ' watching' : ''}`} aria-label={words.t('floor')}>
      <div class="board">
        {desk.notice && (
          <p class="banner error" role="alert" dir="auto">
            {desk.notice}
          </p>
        )}
        {tabs}
        <h1 class="unseen">{words.t('floor')}</h1>
        <Tiles figures={figures} words={words} now={now} />
        <Queues queues={figures.Queues} words={words} now={now} onWaiting={setQueue} />
        <Agents
          agents={figures.Agents}
          words={words}
          now={now}
          watched={watched}
          onWatch={watch}
          onReassign={(has) => setMoving(has.ContactId)}
        />
        <Charts desk={desk} figures={figures} words={words} now={now} />
      </div>
      {watched && <Watch desk={desk} contactId={watched} words={words} version={version} onClose={() => setWatched('')} />}
      {queued && !moving && (
        <Waiting desk={desk} queue={queued} words={words} now={now} onReassign={setMoving} onClose={() => setQueue('')} />
      )}
      {moving && <Reassign desk={desk} contactId={moving} figures={figures} words={words} onDone={() => setMoving('')} />}
    </main>
  );
}
