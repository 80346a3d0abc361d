// The baseline of the feed: `ws` broadcasts the body of each POST to all subscribers. It implements
// just enough of the protocol for a subscriber to start.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    for (const socket of sockets.clients) socket.send(text);
    response.writeHead(200, { 'Content-Length': 2 });
    response.end('{}');
  });
});

server.keepAliveTimeout = 0; // there are long pauses between the sizes

const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const init = String(data).includes('connection_init');
    socket.send(init ? '{"type":"connection_ack"}' : '{"id":"1","type":"next","payload":null}');
  });
  socket.on('error', () => socket.terminate());
});

server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit());
