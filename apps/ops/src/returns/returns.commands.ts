import { Command, Option, SubCommand } from 'nest-commander';
import { type PartFilter, RETURN_STATUSES, type ReturnStatus } from '../../../orders/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { PartsCommand } from '../context/parts-command.js';
import { Place } from '../context/place.js';

@SubCommand({ name: 'list', description: 'Returns, the newest first' })
export class ListReturnsCommand extends PartsCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run(
    _: string[],
    { limit = LIST.usual, ...filter }: PartFilter<ReturnStatus> & { limit?: number },
  ): Promise<void> {
    const found = await this.onParts((parts) => parts.returns(filter, limit));
    await this.output.rows(found, 'There are no such returns.');
  }

  @Option({ flags: '--status <status>', description: RETURN_STATUSES.join(', ') })
  status(text: string): ReturnStatus {
    return parseChoice('--status', RETURN_STATUSES, text);
  }

  @Option({ flags: '--order-id <id>', description: 'those of one order' })
  orderId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({
  name: 'show',
  arguments: '<id>',
  description: 'One return with its lines and what arrived, without what people wrote about it',
})
export class ShowReturnCommand extends PartsCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run([id]: string[]): Promise<void> {
    const returnId = parseId(id);
    await this.output.value(await this.onParts((parts) => parts.return(returnId)));
  }
}

@Command({
  name: 'returns',
  description: 'What customers send back',
  subCommands: [ListReturnsCommand, ShowReturnCommand],
})
export class ReturnsCommand extends GroupCommand {}
