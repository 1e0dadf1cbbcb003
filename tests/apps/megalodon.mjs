/** What Whalebird and Fedistar are made of, megalodon, goes through what they do. */

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";

import generator, { detector } from "megalodon";

import { ask, finish, heard, soon, step } from "./steps.mjs";

const { URL: url, PHOTO } = process.env;
let app = null;
let megalodon = null;

await step("finds out what it speaks to", async () => {
  assert.equal(await detector(url), "mastodon");
});

await step("registers an app and is let in", async () => {
  app = await generator("mastodon", url).registerApp("Whalebird", {
    scopes: ["read", "write", "follow"],
  });
  const { code } = await ask("consent", { address: app.url });
  const token = await generator("mastodon", url).fetchAccessToken(
    app.client_id,
    app.client_secret,
    code,
  );
  megalodon = generator("mastodon", url, token.access_token);
  const me = await megalodon.verifyAccountCredentials();
  assert.equal(me.data.acct, me.data.username);
});

await step("reads what the place is", async () => {
  const { data } = await megalodon.getInstance();
  assert.equal(data.uri, new URL(url).host);
  assert.ok(data.urls.streaming_api.startsWith("ws"));
});

await step("posts, with a photo", async () => {
  const photo = createReadStream(PHOTO);
  const media = (await megalodon.uploadMedia(photo, { description: "Un point" })).data;
  const { data } = await megalodon.postStatus("Bonjour de Whalebird", {
    media_ids: [media.id],
    visibility: "public",
  });
  assert.equal(data.media_attachments[0].description, "Un point");
  assert.equal((await megalodon.getStatus(data.id)).data.id, data.id);
});

await step("reads home", async () => {
  await soon(async () => {
    const { data } = await megalodon.getHomeTimeline({ limit: 5 });
    return data.some((each) => each.content.includes("Whalebird"));
  });
});

await step("reads notifications", async () => {
  assert.ok(Array.isArray((await megalodon.getNotifications({ limit: 5 })).data));
});

await step("searches", async () => {
  await soon(async () => {
    const { data } = await megalodon.search("Whalebird");
    return data.statuses.some((each) => each.content.includes("Whalebird"));
  });
});

await step("listens", async () => {
  const stream = await megalodon.userStreaming();
  const coming = new Promise((resolve, reject) => {
    stream.on("update", resolve);
    stream.on("error", reject);
  });
  let number = 0;
  const status = await heard(coming, () =>
    megalodon.postStatus(`Entendu ${(number += 1)}`, { visibility: "public" }),
  );
  assert.match(status.content, /Entendu/);
  stream.stop();
});

await step("reads what somebody said, and is shut out when it leaves", async () => {
  const me = (await megalodon.verifyAccountCredentials()).data;
  assert.ok((await megalodon.getAccountStatuses(me.id)).data.length > 0);
  await megalodon.revokeToken(app.client_id, app.client_secret, megalodon.client.accessToken);
  await assert.rejects(megalodon.verifyAccountCredentials(), (error) => {
    assert.equal(error.response.status, 401);
    return true;
  });
});

finish();
