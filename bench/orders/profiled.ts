import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';

/** Preload: SIGUSR2 starts a profile and the next one writes it. The start, which would dominate, is not profiled. */
const session = new Session();
session.connect();
session.post('Profiler.enable');
let running = false;

process.on('SIGUSR2', () => {
  running = !running;
  if (running) {
    session.post('Profiler.start');
    return;
  }
  session.post('Profiler.stop', (error: Error | null, result: Profiler.StopReturnType) => {
    if (error) throw error;
    writeFileSync(join(process.env['PROFILE_DIR'] ?? '.', `${process.pid}.cpuprofile`), JSON.stringify(result.profile));
  });
});
