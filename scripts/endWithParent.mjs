// Loaded before the file that launch.mjs runs. The channel to the parent closes when that ends, even by kill -9; a service
// that nobody holds any more must not live on.
const { channel } = process;
if (channel !== undefined && channel !== null) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // Neither keeps the process alive nor is handed on to its own children.
  channel.unref();
  const flag = process.execArgv.indexOf(import.meta.url);
  if (flag > 0) process.execArgv.splice(flag - 1, 2);
}
