import { Controller, Get, Param, Post } from '@nestjs/common';
import { Public } from '@app/auth';
import { RequestPriority } from '@app/http';

/** Functions that end the running requests. */
export const running: (() => void)[] = [];
const untilEnded = (): Promise<{ done: boolean }> =>
  new Promise((resolve) => running.push(() => resolve({ done: true })));

/** One route per priority; a request runs until the test ends it. */
@Controller('tasks')
@Public()
export class TasksController {
  @Get()
  list(): Promise<object> {
    return untilEnded();
  }

  @Get(':id')
  read(@Param('id') _id: string): Promise<object> {
    return untilEnded();
  }

  @Post()
  @RequestPriority('critical')
  order(): Promise<object> {
    return untilEnded();
  }
}
