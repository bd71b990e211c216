/** Known clients are served before strangers. */
export type Lane = 'known' | 'strange';

/** Whose job it is: jobs of one lane are shared out evenly among owners, such as the networks they come from. */
export interface Work {
  lane: Lane;
  owner: string;
}

export const ANYBODY: Work = { lane: 'strange', owner: '' };

interface Waiting {
  admit: () => void;
  refuse: () => void;
}

/** One lane's line: owners take turns, whatever number of jobs each has brought. */
class Line {
  private readonly owners = new Map<string, Waiting[]>();
  size = 0;

  push(owner: string, job: Waiting): void {
    const own = this.owners.get(owner) ?? [];
    own.push(job);
    this.owners.set(owner, own);
    this.size += 1;
  }

  /** The next owner's first job; that owner's turn comes again after all others'. */
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

  /** Takes out the last job of the owner with the most, unless `owner` would then have as many. */
  makeRoomFor(owner: string): Waiting | undefined {
    const [largest] = [...this.owners].sort(([, a], [, b]) => b.length - a.length);
    const count = this.owners.get(owner)?.length ?? 0;
    if (!largest || largest[1].length <= count + 1) return undefined;
    this.size -= 1;
    return largest[1].pop();
  }
}

/**
 * Runs at most `parallel` jobs at once and lets at most `waiting` more of each lane wait in line. When a line is full,
 * somebody with fewer jobs in it takes the place of whoever has the most; everybody else is refused at once.
 */
export class WorkGate {
  private running = 0;
  private readonly lines: Record<Lane, Line> = { known: new Line(), strange: new Line() };

  constructor(private readonly limits: { parallel: number; waiting: number; refusal: () => Error }) {}

  async run<T>(job: () => Promise<T>, work: Work = ANYBODY): Promise<T> {
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

  /** The place goes to the next in line, so `running` changes only when nobody waits. */
  private leave(): void {
    const next = this.lines.known.shift() ?? this.lines.strange.shift();
    if (next) next.admit();
    else this.running -= 1;
  }
}
