// What a page in a browser asks: AWS's SDK and aws4fetch, bundled; browser.py opens it.
import {
  CreateDatasetGroupCommand, DescribeCampaignCommand, PersonalizeClient, paginateListRecipes,
} from "@aws-sdk/client-personalize";
import { GetRecommendationsCommand, PersonalizeRuntimeClient } from "@aws-sdk/client-personalize-runtime";
import { PersonalizeEventsClient, PutEventsCommand } from "@aws-sdk/client-personalize-events";
import { AwsClient } from "aws4fetch";

globalThis.ask = async (endpoint, arns) => {
  const keys = { accessKeyId: "local", secretAccessKey: "local" };
  const where = { endpoint, region: "us-east-1", credentials: keys };
  const [personalize, runtime] = [new PersonalizeClient(where), new PersonalizeRuntimeClient(where)];
  const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn: arns.campaign }));
  let recipes = 0;
  for await (const page of paginateListRecipes({ client: personalize, pageSize: 3 }, {})) recipes += page.recipes.length;
  const wanted = { campaignArn: arns.campaign, userId: "browser" };
  const list = async () => (await runtime.send(new GetRecommendationsCommand(wanted))).itemList.map((one) => one.itemId);
  const before = await list();
  const eventList = [{ eventType: "watch", itemId: "77", sentAt: new Date() }];
  await new PersonalizeEventsClient(where).send(
    new PutEventsCommand({ trackingId: arns.tracking, userId: "browser", sessionId: "s", eventList }));
  const after = await list();
  const error = await personalize.send(new CreateDatasetGroupCommand({ name: "films" })).catch((refused) => refused);
  const fetched = await new AwsClient({ ...keys, service: "personalize", region: "us-east-1" })
    .fetch(`${endpoint}/recommendations`, { method: "POST", body: JSON.stringify(wanted) });
  return {
    status: campaign.status, recipes, moved: before.join() !== after.join(), error: error.name,
    fetched: (await fetched.json()).itemList.map((one) => one.itemId).join() === after.join(),
  };
};
