// Records events as an app made with AWS Amplify does, and waits for the list to follow: node amplify.cjs ARNS.
const assert = require("node:assert/strict");
const { setTimeout: wait } = require("node:timers/promises");
const { PersonalizeRuntimeClient, GetRecommendationsCommand } = require("@aws-sdk/client-personalize-runtime");
const { Amplify } = require("aws-amplify");
const { flushEvents, record } = require("aws-amplify/analytics/personalize");

const arns = JSON.parse(process.argv[2]);
const user = "amplified";
const Personalize = { trackingId: arns.tracking, region: process.env.AWS_REGION, flushSize: 5, flushInterval: 500 };
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const credentialsProvider = {
  getCredentialsAndIdentityId: async () => ({ credentials, identityId: "identity" }),
  clearCredentialsAndIdentityId() {},
};

async function main() {
  Amplify.configure({ Analytics: { Personalize } }, { Auth: { credentialsProvider } });
  const runtime = new PersonalizeRuntimeClient();
  const ask = new GetRecommendationsCommand({ campaignArn: arns.campaign, userId: user, numResults: 10 });
  const list = async () => (await runtime.send(ask)).itemList.map((item) => item.itemId).join();
  const before = await list();
  record({ eventType: "Identify", properties: { userId: user } });
  await wait(200);
  record({ eventType: "watch", properties: { itemId: "77" } });
  await wait(200); // a flush sends what was recorded, which takes its turn
  flushEvents();
  for (let tries = 0; tries < 100 && (await list()) === before; tries++) await wait(100);
  assert.notEqual(await list(), before);
  process.exit(0); // the buffer of events would keep it alive
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
