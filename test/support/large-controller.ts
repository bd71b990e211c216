import { Public } from '@app/auth';
import { RawJson } from '@app/http';
import { Controller, Get } from '@nestjs/common';

/** Returns more than the buffers between two processes can hold. */
@Controller('large')
export class LargeController {
  @Get()
  @Public()
  large(): RawJson {
    return new RawJson(Buffer.alloc(20_000_000, ' '), '"large"');
  }
}
