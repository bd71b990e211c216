import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@app/auth';
import { notFound } from '@app/kernel';
import { CONSUMERS, names } from '@app/events';
import { previews } from '../../../notifier/src/notifier-app.module.js';
import { EmbeddedAws } from '../embedded/aws.js';
import { Mailbox } from '../embedded/mailbox.js';
import { devPage, emailPage, previewPage, type QueueRow } from './dev.page.js';

const HTML = 'text/html; charset=utf-8';
/** The console's own pages need their inline style and the sandboxed frame, nothing else. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; frame-ancestors 'self'";

/** What a developer wants to see of a platform on this machine: the mailbox and the queues. */
@Public()
@ApiExcludeController()
@Controller()
export class DevController {
  constructor(
    private readonly mailbox: Mailbox,
    private readonly aws: EmbeddedAws,
  ) {}

  @Get(['/', '/dev'])
  @Header('content-type', HTML)
  @Header('content-security-policy', PAGE_POLICY)
  page(): string {
    return devPage({
      emails: this.mailbox.list(100).reverse(),
      queues: this.queues(),
      templates: Object.keys(previews()),
    });
  }

  @Get('/dev/emails')
  @Header('content-type', 'application/json; charset=utf-8')
  emails(): Buffer {
    return this.mailbox.json();
  }

  /** How many messages wait or are being handled, per queue. */
  @Get('/dev/queues')
  depths(): QueueRow[] {
    return this.queues();
  }

  @Get('/dev/emails/:id')
  @Header('content-type', HTML)
  @Header('content-security-policy', PAGE_POLICY)
  email(@Param('id') id: string): string {
    return emailPage(this.find(id));
  }

  @Get('/dev/emails/:id/html')
  @Header('content-type', HTML)
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'",
  )
  @Header('x-frame-options', 'SAMEORIGIN')
  html(@Param('id') id: string): string {
    return this.find(id).html;
  }

  /** The e-mail templates filled with sample data. */
  @Get('/dev/previews/:template')
  @Header('content-type', HTML)
  @Header('content-security-policy', PAGE_POLICY)
  preview(@Param('template') template: string): string {
    const rendered = new Map(Object.entries(previews())).get(template);
    if (!rendered) throw notFound('e-mail template');
    return previewPage(template, rendered);
  }

  private find(id: string) {
    const email = this.mailbox.list().find((candidate) => candidate.id === id);
    if (!email) throw notFound('e-mail');
    return email;
  }

  private queues(): QueueRow[] {
    const { queue, deadLetterQueue } = names('local');
    return CONSUMERS.flatMap((app) =>
      [queue(app), deadLetterQueue(app)].map((name) => ({
        name,
        ...(this.aws.depth(name) ?? { ready: 0, delayed: 0, in_flight: 0 }),
      })),
    );
  }
}
