import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';

/** Preloaded: SIGUSR2 begins a profile, the next one writes it. Starting is left out, which would be most of it. */
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
