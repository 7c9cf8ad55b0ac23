// Asks through the AWS SDK for Go v2: main ARNS, a JSON object.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/personalize"
	"github.com/aws/aws-sdk-go-v2/service/personalize/types"
	"github.com/aws/aws-sdk-go-v2/service/personalizeevents"
	event "github.com/aws/aws-sdk-go-v2/service/personalizeevents/types"
	"github.com/aws/aws-sdk-go-v2/service/personalizeruntime"
)

func ensure(holds bool, what ...interface{}) {
	if !holds {
		log.Fatal(what...)
	}
}

func main() {
	arns, ctx := map[string]string{}, context.Background()
	ensure(json.Unmarshal([]byte(os.Args[1]), &arns) == nil, "no ARNs")
	here := aws.EndpointResolverWithOptionsFunc(func(string, string, ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: os.Getenv("AWS_REGION")}, nil
	})
	settings, err := config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(here))
	ensure(err == nil, err)
	control := personalize.NewFromConfig(settings)
	runtime, events := personalizeruntime.NewFromConfig(settings), personalizeevents.NewFromConfig(settings)

	campaign, err := control.DescribeCampaign(ctx, &personalize.DescribeCampaignInput{CampaignArn: aws.String(arns["campaign"])})
	ensure(err == nil && *campaign.Campaign.Status == "ACTIVE" && campaign.Campaign.CreationDateTime.Year() > 2000, err)
	names, pages := map[string]bool{}, 0
	recipes := personalize.NewListRecipesPaginator(control, &personalize.ListRecipesInput{MaxResults: aws.Int32(3)})
	for ; recipes.HasMorePages(); pages++ {
		page, err := recipes.NextPage(ctx)
		ensure(err == nil, err)
		for _, recipe := range page.Recipes {
			names[*recipe.Name] = true
		}
	}
	ensure(pages > 1 && len(names) > 3*(pages-1), pages)
	_, err = control.CreateDatasetGroup(ctx, &personalize.CreateDatasetGroupInput{Name: aws.String("films")})
	var taken *types.ResourceAlreadyExistsException
	ensure(errors.As(err, &taken), err)

	ask := &personalizeruntime.GetRecommendationsInput{
		CampaignArn: aws.String(arns["campaign"]), UserId: aws.String("go-2"), NumResults: 10}
	before, err := runtime.GetRecommendations(ctx, ask)
	ensure(err == nil && len(before.ItemList) == 10, err)
	_, err = events.PutEvents(ctx, &personalizeevents.PutEventsInput{
		TrackingId: aws.String(arns["tracking"]), UserId: aws.String("go-2"), SessionId: aws.String("s"),
		EventList: []event.Event{{EventType: aws.String("watch"), ItemId: aws.String("77"), SentAt: aws.Time(time.Now())}}})
	ensure(err == nil, err)
	after, err := runtime.GetRecommendations(ctx, ask)
	ensure(err == nil && !reflect.DeepEqual(before.ItemList, after.ItemList), "the list stayed", err)
}
