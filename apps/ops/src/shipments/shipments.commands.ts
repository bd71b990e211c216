import { Command, Option, SubCommand } from 'nest-commander';
import { type PartFilter, SHIPMENT_STATUSES, type ShipmentStatus } from '../../../orders/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { PartsCommand } from '../context/parts-command.js';
import { Place } from '../context/place.js';

@SubCommand({ name: 'list', description: 'Shipments, the newest first' })
export class ListShipmentsCommand extends PartsCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run(
    _: string[],
    { limit = LIST.usual, ...filter }: PartFilter<ShipmentStatus> & { limit?: number },
  ): Promise<void> {
    const found = await this.onParts((parts) => parts.shipments(filter, limit));
    await this.output.rows(found, 'There are no such shipments.');
  }

  @Option({ flags: '--status <status>', description: SHIPMENT_STATUSES.join(', ') })
  status(text: string): ShipmentStatus {
    return parseChoice('--status', SHIPMENT_STATUSES, text);
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

@SubCommand({ name: 'show', arguments: '<id>', description: 'One shipment with its lines and parcels' })
export class ShowShipmentCommand extends PartsCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run([id]: string[]): Promise<void> {
    const shipmentId = parseId(id);
    await this.output.value(await this.onParts((parts) => parts.shipment(shipmentId)));
  }
}

@Command({
  name: 'shipments',
  description: 'What left, or is packed, of orders',
  subCommands: [ListShipmentsCommand, ShowShipmentCommand],
})
export class ShipmentsCommand extends GroupCommand {}
