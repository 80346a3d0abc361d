import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll } from 'vitest';

/** A certificate for localhost that nobody trusts, with its key. It protects nothing. */
const cert = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUQQVl0s/8TPywGpZLTYD42CWoun8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA5MTMyMloYDzIxMjYxMTA0
MDkxMzIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS0zH6LhlG8xwIkJpiyzF/AGZFp1bdSDvMmdvwMwvtyDKN+BzdazZV1
5USlA+Iw6apBxkvtPmiuVRpkG8728bYZo2kwZzAdBgNVHQ4EFgQUWkm3pAC+UNlT
xFw+9/mjT1vJAIYwHwYDVR0jBBgwFoAUWkm3pAC+UNlTxFw+9/mjT1vJAIYwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgVc1iCpNFYwp+YV+5O2CYOe15PmuuSuvt9qtQpw4jVpICIAuM1ValjBzg
XiNzvem05u31UgOKFCoYLiCCFST/YIzu
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMa9u0w1oV4KksAfV
AtFOZGdLIDJgRdk42/3W+gPPA9ChRANCAAS0zH6LhlG8xwIkJpiyzF/AGZFp1bdS
DvMmdvwMwvtyDKN+BzdazZV15USlA+Iw6apBxkvtPmiuVRpkG8728bYZ
-----END PRIVATE KEY-----`;

export type TlsProxy = {
  /** The address over https. */
  url: string;
  /** Sends connections to this service from now on. */
  forwardTo(url: string): void;
};

/** A proxy that has the certificate of a service. It is closed after the test file. */
export async function tlsProxy(): Promise<TlsProxy> {
  let port = 0;
  const server = createServer({ cert, key }, (socket) => {
    const onward = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.on('tlsClientError', () => {}); // a browser tries without trust first
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => void server.close());
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    forwardTo(url) {
      port = Number(new URL(url).port);
    },
  };
}
