import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTHeaderParameters, type JWK, SignJWT } from 'jose';

interface SigningKey {
  alg: string;
  privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  publicJwk: JWK;
}

/** Somebody who signs tokens and serves the keys for them, as any issuer does. */
export class TokenSigner {
  private readonly keys = new Map<string, SigningKey>();
  private readonly server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(this.keySet));
  });

  /** @param algorithms each gets a key whose id is its name */
  static async start(issuer: string, ...algorithms: string[]): Promise<TokenSigner> {
    const signer = new TokenSigner(issuer);
    for (const alg of algorithms) await signer.addKey(alg, alg);
    signer.server.listen(0, '127.0.0.1');
    await once(signer.server, 'listening');
    return signer;
  }

  private constructor(readonly issuer: string) {}

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }

  get keySet(): JSONWebKeySet {
    return { keys: [...this.keys.values()].map(({ publicJwk }) => publicJwk) };
  }

  async addKey(kid: string, alg: string): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    this.keys.set(kid, { alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } });
  }

  publicJwk(kid: string): JWK {
    return this.key(kid).publicJwk;
  }

  /** A token of this issuer for audience `invigil` and an hour, unless `claims` say something else. */
  async sign(kid: string, claims: object, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const { alg, privateKey } = this.key(kid);
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.issuer, aud: 'invigil', sub: 'u-1', iat: now, exp: now + 3600, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private key(kid: string): SigningKey {
    const key = this.keys.get(kid);
    if (!key) throw new Error(`There is no key ${kid}`);
    return key;
  }
}
