import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const SCRIPT = `
  import { startFauxqs } from 'fauxqs';
  const server = await startFauxqs({ ...JSON.parse(process.argv[1]), logger: false, defaultRegion: 'eu-west-1' });
  console.log(server.port);
  process.stdin.on('end', () => server.stop().then(() => process.exit(0))).resume();
`;

/** SNS and SQS on a real wire, in a separate process: jest runs CommonJS, and fauxqs is only an ES module. */
export class FauxqsProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(options: { port?: number; dataDir?: string } = {}): Promise<FauxqsProcess> {
    const args = ['--input-type=module', '-e', SCRIPT, JSON.stringify({ port: 0, ...options })];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new FauxqsProcess(child, Number(line.toString()));
  }

  get aws(): { region: string; endpoint: string } {
    return { region: 'eu-west-1', endpoint: `http://localhost:${this.port}` };
  }

  /** It also ends with this process, since its standard input closes. */
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
  }
}
