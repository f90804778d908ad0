package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// AwsServices are the AWS services that the keys serve beside those that they serve by
// default, or with other resources than by default.
type AwsServices struct {
	// Data are those of the data key. By default it serves S3, DynamoDB, EBS, Secrets
	// Manager and CloudWatch Logs, and for deployers Lambda, RDS and Systems Manager.
	Data []AwsService
	// Logs are those of the logs key. By default it serves CloudTrail, log delivery,
	// CloudWatch Logs and, for applications, S3.
	Logs []AwsService
}

// AwsService is an AWS service that a key serves, with the resources that the key may
// protect. The functions of this package named after the services make one, as
// Sqs("nc-dp-prod-*") does.
type AwsService struct {
	// Service is the service's name in docs/services.md, such as "Sqs".
	Service string
	// ResourceNames are its resources of the key's account and Region, by names in
	// which "*" and "?" are wildcards. Required where the service's resources have
	// names, else none.
	ResourceNames []string
}

// byDefault says where the configuration names the resources of a service that a key
// serves without being told.
var byDefault = map[string]struct {
	field string
	names func(EncryptedResources) []string
}{
	"S3":             {"BucketNames", func(e EncryptedResources) []string { return e.BucketNames }},
	"DynamoDb":       {"TableNames", func(e EncryptedResources) []string { return e.TableNames }},
	"SecretsManager": {"SecretNames", func(e EncryptedResources) []string { return e.SecretNames }},
	"CloudWatchLogs": {"LogGroupNames", func(e EncryptedResources) []string { return e.LogGroupNames }},
}

// servedByDefault are the services that the keys serve without being told.
var servedByDefault = map[string][]string{
	purposeData: {"S3", "DynamoDb", "Ebs", "SecretsManager", "CloudWatchLogs", "Lambda", "Rds", "Ssm"},
	purposeLogs: {"CloudTrail", "LogDelivery", "CloudWatchLogs", "S3"},
}

// servedBy are the services that a key serves: those by default, with the resources
// that the configuration gives for this key or for all, and then those that only
// AwsServices names.
func (s settings) servedBy(purpose string) []statements.Served {
	given := s.awsServices[purpose]
	var served []statements.Served
	for _, name := range servedByDefault[purpose] {
		i := slices.IndexFunc(given, func(g AwsService) bool { return g.Service == name })
		switch all, named := byDefault[name]; {
		case i >= 0:
			served = append(served, statements.Serve(name, given[i].ResourceNames...))
		case named:
			served = append(served, statements.Serve(name, all.names(s.encrypted)...))
		default:
			served = append(served, statements.Serve(name))
		}
	}
	for _, g := range given {
		if !slices.Contains(servedByDefault[purpose], g.Service) {
			served = append(served, statements.Serve(g.Service, g.ResourceNames...))
		}
	}
	return served
}

// servedNames are the names of a service's resources that a key may protect.
func servedNames(served []statements.Served, service string) []string {
	for _, s := range served {
		if s.Name() == service {
			return s.Names()
		}
	}
	return nil
}

// awsServices reads the services that keys serve.
func (p *parser) awsServices(given AwsServices, encrypted EncryptedResources) {
	p.settings.awsServices = map[string][]AwsService{
		purposeData: p.servicesOf("AwsServices.Data", purposeData, given.Data, encrypted),
		purposeLogs: p.servicesOf("AwsServices.Logs", purposeLogs, given.Logs, encrypted),
	}
}

func (p *parser) servicesOf(field, purpose string, given []AwsService, encrypted EncryptedResources) []AwsService {
	var read []AwsService
	for i, one := range given {
		at := fmt.Sprintf("%s[%d]", field, i)
		if first := slices.IndexFunc(given, func(other AwsService) bool { return other.Service == one.Service }); first < i {
			p.Report(at+".Service", one.Service, fmt.Sprintf("is that of %s[%d] already; name all resources of the service there", field, first))
			continue
		}
		p.awsService(at, purpose, one)
		if all, named := byDefault[one.Service]; named && all.names(encrypted) != nil && slices.Contains(servedByDefault[purpose], one.Service) {
			p.Report(at+".Service", one.Service, fmt.Sprintf(
				"has its resources in EncryptedResources.%s already, for every key; name them there, or for each key in AwsServices, not in both", all.field))
		}
		read = append(read, AwsService{Service: one.Service, ResourceNames: slices.Clone(one.ResourceNames)})
	}
	return read
}

// awsService checks one entry by itself.
func (p *parser) awsService(field, purpose string, given AwsService) {
	offer, found := statements.FindOffer(given.Service)
	switch {
	case given.Service == "":
		p.Report(field+".Service", "", "is missing; must be the name of a service in docs/services.md, such as Sqs")
		return
	case !found:
		p.Report(field+".Service", given.Service, "is no AWS service that a key can serve; must be one of docs/services.md"+aws.DidYouMean(aws.Nearest(given.Service, statements.OfferNames())))
		return
	case purpose != purposeLogs && !offer.Data, purpose == purposeLogs && !offer.Logs:
		p.Report(field+".Service", given.Service, fmt.Sprintf("cannot be served by the %s key; %s", purpose, otherKey(offer)))
		return
	case offer.Names == nil && len(given.ResourceNames) > 0:
		p.Report(field+".ResourceNames", strings.Join(given.ResourceNames, ", "), "must be left out: "+offer.Title+" does not name its resources to KMS, so all of the account are meant")
		return
	case offer.Names != nil && len(given.ResourceNames) == 0:
		p.Report(field+".ResourceNames", "", fmt.Sprintf("is missing; must be the names of %s that the key may protect, in which * and ? are wildcards", offer.Names.Of))
		return
	case offer.Names == nil:
		return
	}
	for i, name := range given.ResourceNames {
		at := fmt.Sprintf("%s.ResourceNames[%d]", field, i)
		if first := slices.Index(given.ResourceNames, name); first < i {
			p.Report(at, name, fmt.Sprintf("is %s.ResourceNames[%d] already", field, first))
		} else if arn, isArn := aws.ParseArn(name); isArn && !aws.IsToken(name) {
			p.Report(at, name, "is an ARN"+p.elsewhere(arn)+"; must be the name alone, of one of the "+offer.Names.Of+" of the key's account and Region")
		} else {
			p.resourceName(at, name, offer.Names.Limit)
		}
	}
}

// elsewhere says what in an ARN shows that its resource is not of the key's account and
// Region, or nothing.
func (p *parser) elsewhere(arn aws.Arn) string {
	own, _ := p.settings.ownAccount()
	switch account, region := config.ValueOf(arn.Account), config.ValueOf(arn.Region); {
	case account.Differs(own):
		return fmt.Sprintf(" of account %s, and not of %s, the key's", arn.Account, own.Text())
	case region.Differs(p.settings.place.Region):
		return fmt.Sprintf(" of %s, and not of %s, the key's Region", arn.Region, p.settings.place.Region.Text())
	}
	return ""
}

// otherKey says which key serves what this one cannot.
func otherKey(offer statements.Offer) string {
	if offer.Logs {
		return offer.Title + " writes logs, which are the logs key's: give it in AwsServices.Logs"
	}
	return offer.Title + " keeps data, which is the data key's: give it in AwsServices.Data"
}
