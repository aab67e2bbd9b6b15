// A small client: identity, errors by code, patience, answers kept by ETag, and trusted documents.
import type { TypedDocumentString } from "./gql/graphql.js";

export interface Cost {
  /** Rows this question counted for. */
  cost: number;
  /** Rows a minute, and what is left of them; null where callers are not limited. */
  limit: number | null;
  remaining: number | null;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
  extensions?: { cost?: Cost };
}

export interface Settings {
  /** Address of the endpoint, such as `/graphql` behind the page's own host. */
  url: string;
  /** A token that is good now; asked again once when the last one was refused. */
  token: (refused: boolean) => Promise<string>;
  /** Send ids of documents in place of their text. */
  trusted?: boolean;
  /** More headers, such as those the sandbox understands. */
  headers?: Record<string, string>;
  /** How often a question is put at most, while the server is busy or away. */
  attempts?: number;
  /** Milliseconds after which a question is given up. */
  patience?: number;
}

/** A question that was not answered; `code` says what to do about it. */
export class NotAnswered extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number | null,
    readonly attempts: number,
  ) {
    super(message);
  }
}

type Attempt<Data> = { failure: null; data: Data } | { failure: NotAnswered; wait: number };

// Asking the same again later may help, and changes nothing: every question only reads.
const WORTH_WAITING = new Set(["OVERLOADED", "OVER_ALLOWANCE", "NO_CONNECTION", "NO_ANSWER"]);

const MOST_KEPT = 100;

export class TapClient {
  /** What the last answer cost, where the server said so. */
  cost: Cost | null = null;
  /** How many answers came from what was kept. */
  unchanged = 0;
  readonly #kept = new Map<string, { etag: string; text: string }>();

  constructor(private readonly settings: Settings) {}

  /** The data that answers a document; NotAnswered says why there is none. */
  async ask<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables, how: { cached?: boolean } = {}): Promise<Data> {
    const body = this.#body(document, variables);
    let refused = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome: Attempt<Data> = await this.#once<Data>(body, how.cached ?? false, refused, attempt);
      if (outcome.failure === null) return outcome.data;
      const code: string = outcome.failure.code;
      const again = code === "UNAUTHENTICATED" ? !refused : WORTH_WAITING.has(code);
      if (!again || attempt >= (this.settings.attempts ?? 3)) throw outcome.failure;
      refused = code === "UNAUTHENTICATED";
      if (!refused) await later(outcome.wait);
    }
  }

  #body<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Record<string, unknown> {
    const id: unknown = document.__meta__?.["hash"];
    return this.settings.trusted && typeof id === "string" ? { documentId: id, variables } : { query: document.toString(), variables };
  }

  async #once<Data>(body: Record<string, unknown>, cached: boolean, refused: boolean, attempt: number): Promise<Attempt<Data>> {
    const fail = (code: string, message: string, status: number | null, wait: number): Attempt<Data> => {
      return { failure: new NotAnswered(code, message, status, attempt), wait };
    };
    const token = await this.settings.token(refused);
    let response: Response;
    let text: string;
    try {
      response = await this.#send(body, cached, token);
      text = await response.text();
    } catch {
      return fail("NO_CONNECTION", "The connection broke; is the server there?", null, 200 * attempt);
    }
    const kept = this.#kept.get(JSON.stringify(body));
    if (response.status === 304 && kept) {
      this.unchanged += 1;
      text = kept.text;
    }
    const wait = 1000 * Number(response.headers.get("Retry-After") ?? "1");
    const answer = parsed<Data>(text);
    if (answer === null) return fail("NO_ANSWER", `What came with status ${response.status} is no answer.`, response.status, wait);
    this.cost = answer.extensions?.cost ?? null;
    const error = answer.errors?.[0];
    if (error) return fail(error.extensions?.code ?? "NO_CODE", error.message, response.status, wait);
    // Only now: half an answer has a tag too.
    const etag = response.headers.get("ETag");
    if (cached && etag) this.#keep(JSON.stringify(body), { etag, text });
    return { failure: null, data: answer.data as Data };
  }

  #send(body: Record<string, unknown>, cached: boolean, token: string): Promise<Response> {
    const headers: Record<string, string> = {
      ...this.settings.headers,
      Accept: "application/graphql-response+json, application/json;q=0.9",
      Authorization: `Bearer ${token}`,
    };
    const signal = AbortSignal.timeout(this.settings.patience ?? 30_000);
    if (!cached) {
      headers["Content-Type"] = "application/json";
      return fetch(this.settings.url, { method: "POST", headers, signal, body: JSON.stringify(body) });
    }
    const kept = this.#kept.get(JSON.stringify(body));
    if (kept) headers["If-None-Match"] = kept.etag;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(body)) parameters.set(name, typeof value === "string" ? value : JSON.stringify(value));
    // The browser's own cache would answer in place of the 304 that is counted here.
    return fetch(`${this.settings.url}?${parameters}`, { headers, signal, cache: "no-store" });
  }

  #keep(key: string, answer: { etag: string; text: string }): void {
    this.#kept.delete(key);
    this.#kept.set(key, answer);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function parsed<Data>(text: string): Answer<Data> | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null && ("data" in answer || "errors" in answer) ? (answer as Answer<Data>) : null;
  } catch {
    return null;
  }
}
