import { TestOrder } from '../../../test/support/sample-events.js';
import type { ReceivedEmail } from '../../../apps/local/src/embedded/mailbox.js';
import { exactly, none } from '../frame/figures.js';
import { sendAll, untilFinished } from '../frame/mail-run.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

type Step = Parameters<TestOrder['event']>[0] | 'shipment.shipped';

const STEPS: Step[] = ['order.created', 'order.paid', 'shipment.shipped', 'order.completed'];
/** A step's version is its position here, whenever its event arrives. */
const ALL_STEPS = STEPS.concat('order.cancelled');
/** The same in every order, since their e-mails are compared. */
const SHIPMENT = { parcels: [{ carrier: 'DHL', tracking_number: 'T-1', tracking_url: 'https://dhl.example/T-1' }] };
/** Unlike any other number in an e-mail, so that it can be masked when e-mails of different orders are compared. */
const FIRST_ORDER_ID = 7_700_000;

/** One order whose events arrive in `sequence`. */
class Story {
  readonly email: string;
  private readonly order: TestOrder;

  constructor(
    readonly sequence: readonly Step[],
    private readonly orderId: number,
  ) {
    this.email = `story-${orderId}@example.com`;
    this.order = new TestOrder({ order_id: orderId, customer_email: this.email });
  }

  message(place: number): string[] {
    const step = this.sequence[place];
    if (step === undefined) return [];
    const version = ALL_STEPS.indexOf(step) + 1;
    if (step === 'shipment.shipped') return [JSON.stringify(this.order.shipment(SHIPMENT, version))];
    const previous = step === 'order.cancelled' ? 'paid' : null;
    return [JSON.stringify(this.order.event(step, previous, version))];
  }

  /** The e-mails without their legitimate differences between orders. */
  read(emails: readonly ReceivedEmail[]): { template: string; text: string }[] {
    return emails
      .filter(({ to }) => to.includes(this.email))
      .map(({ tags, text }) => ({
        template: tags['template'] ?? '',
        text: text.replaceAll(String(this.orderId), 'ORDER'),
      }));
  }
}

/** Each order's events arrive in a different sequence; a round ends after all its events are handled. */
export const outOfOrder: Proof = {
  name: 'R6',
  failure: 'events out of order lead to wrong e-mails',
  mutants: ['cancellations-forgotten'],
  async run(stage: Stage) {
    const platform = await stage.platform({ services: ['notifier'] });
    // An early cancellation waits a little for the events before it.
    await platform.another('notifier');
    const cancelled = [
      ...permutations(ALL_STEPS).filter((_, index) => index % stage.amount(1, 10) === 0),
      ...permutations<Step>(['order.created', 'order.paid', 'order.cancelled']),
    ].map((sequence, index) => new Story(sequence, FIRST_ORDER_ID + 1_000 + index));
    const living = permutations(STEPS).map((sequence, index) => new Story(sequence, FIRST_ORDER_ID + index));
    for (let place = 0; place <= STEPS.length; place++) {
      const messages = [...living, ...cancelled].flatMap((story) => story.message(place));
      await sendAll(platform, 'notifier', messages);
      await untilFinished(platform, 'notifier');
      stage.progress(`round ${place + 1}`);
    }
    const emails = platform.wire.emails();
    const outcomes = living.map((story) => JSON.stringify(story.read(emails).sort(byTemplate)));
    const mailed = cancelled.map((story) => story.read(emails).map(({ template }) => template));
    return [
      exactly('orders with four e-mails', living.filter((story) => isComplete(story.read(emails))).length, 24),
      exactly('different outcomes', new Set(outcomes).size, 1),
      exactly('cancelled orders', cancelled.length, stage.amount(120, 12) + 6),
      none(
        'without the cancellation',
        mailed.filter((list) => list.filter((each) => each === 'order-cancelled').length !== 1).length,
      ),
      none(
        'e-mails after it',
        mailed.reduce((sum, list) => sum + after(list, 'order-cancelled'), 0),
      ),
    ];
  },
};

const byTemplate = (a: { template: string }, b: { template: string }) => (a.template < b.template ? -1 : 1);

const isComplete = (list: readonly { template: string }[]): boolean =>
  list.length === STEPS.length && new Set(list.map(({ template }) => template)).size === STEPS.length;

function after(list: readonly string[], mark: string): number {
  const place = list.indexOf(mark);
  return place === -1 ? 0 : list.length - 1 - place;
}

function permutations<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing, index) => permutations(things.toSpliced(index, 1)).map((rest) => [thing, ...rest]));
}
