// Asks through the AWS SDK for JavaScript v2, whose endpoint a program has to set: node sdk2.cjs ARNS, a JSON object.
const assert = require("node:assert/strict");
const AWS = require("aws-sdk");

const arns = JSON.parse(process.argv[2]);
const here = { endpoint: process.env.AWS_ENDPOINT_URL, region: process.env.AWS_REGION };

function recipes(personalize) {
  const names = [];
  return new Promise((done, failed) => {
    personalize.listRecipes({ maxResults: 3 }).eachPage((error, page) => {
      if (error) failed(error);
      else if (page) names.push(...page.recipes.map((recipe) => recipe.name));
      else done(names);
      return !error;
    });
  });
}

async function main() {
  const personalize = new AWS.Personalize(here);
  const [runtime, events] = [new AWS.PersonalizeRuntime(here), new AWS.PersonalizeEvents(here)];
  const { campaign } = await personalize.describeCampaign({ campaignArn: arns.campaign }).promise();
  assert.equal(campaign.status, "ACTIVE");
  assert.ok(campaign.creationDateTime instanceof Date);
  const names = await recipes(personalize);
  assert.ok(names.length > 3);
  assert.equal(new Set(names).size, names.length);
  await assert.rejects(personalize.createDatasetGroup({ name: "films" }).promise(),
    { code: "ResourceAlreadyExistsException", statusCode: 400 });

  const ask = () => runtime.getRecommendations({ campaignArn: arns.campaign, userId: "v2", numResults: 10 }).promise();
  const before = await ask();
  assert.equal(before.itemList.length, 10);
  await events.putEvents({ trackingId: arns.tracking, userId: "v2", sessionId: "s",
    eventList: [{ eventType: "watch", itemId: "77", sentAt: new Date() }] }).promise();
  assert.notDeepEqual((await ask()).itemList, before.itemList);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
