// The floor of the feed: what `ws` alone needs to send one prepared string to everybody. It answers just what a subscriber
// waits for; a POST is what to send.
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

server.keepAliveTimeout = 0; // between two sizes it is long quiet

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
