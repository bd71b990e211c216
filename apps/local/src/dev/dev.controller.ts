import {
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  HttpStatus,
  Optional,
  Param,
  Post,
  Query,
  Redirect,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@app/auth';
import { IdField, IdParam, IntegerField, TextField } from '@app/http';
import { notFound } from '@app/kernel';
import { previews } from '../../../notifier/src/notifier-app.module.js';
import { Mailbox } from '../embedded/mailbox.js';
import { devPage, type QueueRow } from './dev.page.js';
import { LocalQueues } from './local-queues.js';
import { emailPage, FRAME_RIGHTS, framed, previewPage } from './mail.pages.js';
import { HTML, Page } from './page.decorator.js';
import { queuePage } from './queue.page.js';
import { assertSameOrigin } from './same-origin.js';
import { Stories } from './stories.js';
import { orderPage, storyPage } from './story.page.js';

class FindOrderDto {
  @IdField()
  order_id: number;
}

/** The longest wait for an e-mail. */
const MOST_SECONDS = 30;

class FindEmailsDto {
  @TextField({ min: 1, max: 320, optional: true })
  to?: string;

  @TextField({ min: 1, max: 200, optional: true })
  subject?: string;

  @IntegerField({ min: 0, max: MOST_SECONDS, optional: true })
  wait?: number;
}

/** The developer console of a platform on this machine: stories of orders, queues and mailbox. */
@Public()
@ApiExcludeController()
@Controller()
export class DevController {
  constructor(
    private readonly mailbox: Mailbox,
    private readonly queues: LocalQueues,
    // Undefined when the services run in other processes, since the console then has no databases to read.
    @Optional() private readonly stories?: Stories,
  ) {}

  @Get(['/', '/dev'])
  @Page()
  async page(): Promise<string> {
    return devPage({
      emails: this.mailbox.list(100).reverse(),
      queues: this.queues.depths(),
      templates: Object.keys(previews()),
      events: await this.stories?.newest(),
    });
  }

  /** All e-mails, or those to an address or with a text in the subject; waits up to `wait` seconds for the first. */
  @Get('/dev/emails')
  @Header('content-type', 'application/json; charset=utf-8')
  async emails(@Query() { to, subject, wait = 0 }: FindEmailsDto): Promise<Buffer> {
    if (to === undefined && subject === undefined && wait === 0) return this.mailbox.json();
    return Buffer.from(JSON.stringify(await this.mailbox.search({ to, subject }, wait * 1_000)));
  }

  /** The number of waiting and in-flight messages per queue. */
  @Get('/dev/queues')
  depths(): QueueRow[] {
    return this.queues.depths();
  }

  @Get('/dev/queues/:name')
  @Page()
  queue(@Param('name') name: string): string {
    return queuePage(this.queues.show(name));
  }

  @Post(['/dev/queues/:name/redrive', '/dev/queues/:name/messages/:message_id/redrive'])
  @HttpCode(HttpStatus.SEE_OTHER)
  @Redirect()
  async redrive(
    @Param('name') name: string,
    @Param('message_id') messageId: string | undefined,
    @Headers() headers: Record<string, string | undefined>,
  ) {
    assertSameOrigin(headers);
    await this.queues.redrive(name, messageId);
    return { url: `/dev/queues/${encodeURIComponent(name)}`, statusCode: HttpStatus.SEE_OTHER };
  }

  @Get('/dev/orders')
  @Redirect()
  findOrder(@Query() { order_id }: FindOrderDto) {
    return { url: `/dev/orders/${order_id}`, statusCode: HttpStatus.SEE_OTHER };
  }

  @Get('/dev/orders/:order_id')
  @Page()
  async order(@IdParam('order_id') orderId: number): Promise<string> {
    const stories = this.requireStories();
    return orderPage(orderId, {
      costs: await stories.costsOf(orderId),
      money: await stories.moneyOf(orderId),
      parts: await stories.partsOf(orderId),
      stories: await stories.ofOrder(orderId),
    });
  }

  @Get('/dev/requests/:request_id')
  @Page()
  async request(@Param('request_id') requestId: string): Promise<string> {
    const story = await this.requireStories().ofRequest(requestId);
    return storyPage('One request', story.hops.length === 0 ? [] : [story]);
  }

  @Get('/dev/emails/:id')
  @Page()
  email(@Param('id') id: string): string {
    return emailPage(this.find(id));
  }

  @Get('/dev/emails/:id/html')
  @Header('content-type', HTML)
  @Header(
    'content-security-policy',
    `default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox ${FRAME_RIGHTS}; frame-ancestors 'self'`,
  )
  @Header('x-frame-options', 'SAMEORIGIN')
  html(@Param('id') id: string): string {
    return framed(this.find(id).html);
  }

  /** The e-mail templates filled with sample data. */
  @Get('/dev/previews/:template')
  @Page()
  preview(@Param('template') template: string): string {
    const rendered = new Map(Object.entries(previews())).get(template);
    if (!rendered) throw notFound('e-mail template');
    return previewPage(template, rendered);
  }

  private requireStories(): Stories {
    if (!this.stories) throw notFound('page here: the services are other processes');
    return this.stories;
  }

  private find(id: string) {
    const email = this.mailbox.find(id);
    if (!email) throw notFound('e-mail');
    return email;
  }
}
