// Asks through the AWS SDK for Go v1, whose endpoint a program has to set: main ARNS, a JSON object.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/personalize"
	"github.com/aws/aws-sdk-go/service/personalizeevents"
	"github.com/aws/aws-sdk-go/service/personalizeruntime"
)

func ensure(holds bool, what ...interface{}) {
	if !holds {
		log.Fatal(what...)
	}
}

func main() {
	arns := map[string]string{}
	ensure(json.Unmarshal([]byte(os.Args[1]), &arns) == nil, "no ARNs")
	here := session.Must(session.NewSession(aws.NewConfig().WithEndpoint(os.Getenv("AWS_ENDPOINT_URL"))))
	control, runtime, events := personalize.New(here), personalizeruntime.New(here), personalizeevents.New(here)

	campaign, err := control.DescribeCampaign(&personalize.DescribeCampaignInput{CampaignArn: aws.String(arns["campaign"])})
	ensure(err == nil && *campaign.Campaign.Status == "ACTIVE" && campaign.Campaign.CreationDateTime.Year() > 2000, err)
	names := map[string]bool{}
	pages := 0
	err = control.ListRecipesPages(&personalize.ListRecipesInput{MaxResults: aws.Int64(3)}, func(page *personalize.ListRecipesOutput, _ bool) bool {
		pages++
		for _, recipe := range page.Recipes {
			names[*recipe.Name] = true
		}
		return true
	})
	ensure(err == nil && pages > 1 && len(names) > 3*(pages-1), err, pages)
	_, err = control.CreateDatasetGroup(&personalize.CreateDatasetGroupInput{Name: aws.String("films")})
	refused, typed := err.(*personalize.ResourceAlreadyExistsException)
	ensure(typed && refused.StatusCode() == 400 && refused.RequestID() != "", err)
	_, err = runtime.GetRecommendations(&personalizeruntime.GetRecommendationsInput{CampaignArn: aws.String(arns["campaign"] + "x")})
	ensure(err.(awserr.Error).Code() == personalizeruntime.ErrCodeResourceNotFoundException, err)

	ask := &personalizeruntime.GetRecommendationsInput{
		CampaignArn: aws.String(arns["campaign"]), UserId: aws.String("go-1"), NumResults: aws.Int64(10)}
	before, err := runtime.GetRecommendations(ask)
	ensure(err == nil && len(before.ItemList) == 10, err)
	_, err = events.PutEvents(&personalizeevents.PutEventsInput{
		TrackingId: aws.String(arns["tracking"]), UserId: aws.String("go-1"), SessionId: aws.String("s"),
		EventList: []*personalizeevents.Event{
			{EventType: aws.String("watch"), ItemId: aws.String("77"), SentAt: aws.Time(time.Now())}}})
	ensure(err == nil, err)
	after, err := runtime.GetRecommendations(ask)
	ensure(err == nil && !reflect.DeepEqual(before.ItemList, after.ItemList), "the list stayed", err)
}
