// What the floor shows, as the server's topic and its metrics tell it.

import type { Session } from '../session.ts';
import type { Row, Status } from '../socket.ts';

export interface Named {
  Id: string;
  Name: string;
}
export interface Today {
  Since: string;
  ContactsQueued: number;
  ContactsHandled: number;
  ContactsAbandoned: number;
  ServiceLevel?: number;
  ServiceLevelSeconds: number;
  AverageQueueAnswerTime?: number;
  AverageFirstResponseTime?: number;
  AverageHandleTime?: number;
}
export interface QueueFigures {
  Queue: Named;
  ContactsInQueue: number;
  OldestContactTimestamp?: string;
  ContactsInHand: number;
  AgentsOnline: number;
  AgentsStaffed: number;
  AgentsAvailable: number;
  SlotsAvailable: number;
  Today: Today;
}
export interface Has {
  ContactId: string;
  InitialContactId: string;
  State: Row['State'];
  StateStartTimestamp: string;
  Queue?: Named;
}
export interface AgentFigures {
  Id: string;
  Username: string;
  DisplayName: string;
  Status: Status;
  Slots: number;
  Contacts: Has[];
}
export interface Figures {
  Queues: QueueFigures[];
  Agents: AgentFigures[];
}

export const METRICS = [
  'CONTACTS_HANDLED',
  'CONTACTS_ABANDONED',
  'SERVICE_LEVEL',
  'AVG_HANDLE_TIME',
  'AVG_FIRST_RESPONSE_TIME_AGENT',
  'AVG_QUEUE_ANSWER_TIME',
] as const;
export type Metric = (typeof METRICS)[number];
export interface Point {
  at: number;
  values: Partial<{ [name in Metric]: number }>;
}

interface Answer {
  MetricResults: { MetricInterval?: { StartTime: number }; Collections: { Metric: { Name: Metric }; Value?: number }[] }[];
  NextToken?: string;
}

/** The day so far by the half hour, of some queues. */
export async function day(session: Session, queues: string[], seconds: number): Promise<Point[]> {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const half = 30 * 60_000;
  const found: Point[] = [];
  for (let next: string | undefined; ;) {
    const answer = await session.call<Answer>('POST', '/metrics/data', {
      ResourceArn: session.instanceId,
      StartTime: midnight.getTime() / 1000,
      EndTime: ((Math.floor(Date.now() / half) + 1) * half) / 1000,
      Interval: { IntervalPeriod: 'THIRTY_MIN', TimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      Filters: [{ FilterKey: 'QUEUE', FilterValues: queues.slice(0, 100) }],
      MaxResults: 100,
      NextToken: next,
      Metrics: METRICS.map((Name) =>
        Name === 'SERVICE_LEVEL' ? { Name, Threshold: [{ Comparison: 'LT', ThresholdValue: seconds }] } : { Name },
      ),
    });
    for (const one of answer.MetricResults) {
      if (one.MetricInterval)
        found.push({
          at: one.MetricInterval.StartTime * 1000,
          values: Object.fromEntries(
            one.Collections.filter((each) => each.Value !== undefined).map((each) => [each.Metric.Name, each.Value]),
          ),
        });
    }
    next = answer.NextToken;
    if (!next) return found.sort((a, b) => a.at - b.at);
  }
}
