/** Jobs of known clients run before those of unknown ones. */
export type Lane = 'known' | 'unknown';

/** Whose job it is. Within a lane owners, such as client networks, take turns. */
export interface Work {
  lane: Lane;
  owner: string;
}

export const UNKNOWN_CLIENT: Work = { lane: 'unknown', owner: '' };

interface Waiting {
  admit: () => void;
  refuse: () => void;
}

/** The queue of one lane: owners take turns, however many jobs each has. */
class Line {
  private readonly owners = new Map<string, Waiting[]>();
  size = 0;

  push(owner: string, job: Waiting): void {
    const own = this.owners.get(owner) ?? [];
    own.push(job);
    this.owners.set(owner, own);
    this.size += 1;
  }

  /** Removes and returns the next owner's first job; that owner then goes to the end. */
  shift(): Waiting | undefined {
    for (const [owner, own] of this.owners) {
      const job = own.shift();
      this.owners.delete(owner);
      if (own.length > 0) this.owners.set(owner, own);
      this.size -= 1;
      return job;
    }
    return undefined;
  }

  /** Removes and returns the last job of the owner with the most, unless `owner` would then have as many. */
  makeRoomFor(owner: string): Waiting | undefined {
    const [largest] = [...this.owners].sort(([, a], [, b]) => b.length - a.length);
    const count = this.owners.get(owner)?.length ?? 0;
    if (!largest || largest[1].length <= count + 1) return undefined;
    this.size -= 1;
    return largest[1].pop();
  }
}

/**
 * Runs at most `parallel` jobs at once and queues at most `waiting` more per lane. When a queue is full, an owner with
 * fewer jobs in it replaces the last job of the owner with the most; all others are refused at once.
 */
export class WorkGate {
  private running = 0;
  private readonly lines: Record<Lane, Line> = { known: new Line(), unknown: new Line() };

  constructor(private readonly limits: { parallel: number; waiting: number; refusal: () => Error }) {}

  async run<T>(job: () => Promise<T>, work: Work = UNKNOWN_CLIENT): Promise<T> {
    await this.enter(work);
    try {
      return await job();
    } finally {
      this.leave();
    }
  }

  private async enter({ lane, owner }: Work): Promise<void> {
    const { parallel, waiting, refusal } = this.limits;
    if (this.running < parallel) {
      this.running += 1;
      return;
    }
    const line = this.lines[lane];
    if (line.size >= waiting) {
      const replaced = line.makeRoomFor(owner);
      if (!replaced) throw refusal();
      replaced.refuse();
    }
    await new Promise<void>((admit, reject) => line.push(owner, { admit, refuse: () => reject(refusal()) }));
  }

  /** Hands the slot to the next job, so `running` changes only when none waits. */
  private leave(): void {
    const next = this.lines.known.shift() ?? this.lines.unknown.shift();
    if (next) next.admit();
    else this.running -= 1;
  }
}
