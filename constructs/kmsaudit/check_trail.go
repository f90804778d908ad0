package kmsaudit

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

// maxDataEventBuckets is how many resources the selectors of a trail may name. See
// "Quotas in AWS CloudTrail" in its User Guide.
const maxDataEventBuckets = 250

var aliasFormat = regexp.MustCompile(`^alias/[A-Za-z0-9/_-]{1,250}$`)

// ownTrail checks what only a trail of the audit's own has.
func (c *checker) ownTrail(given *KmsAuditConfig) {
	if organization := given.OrganizationTrail; organization != nil {
		if !limits.OrganizationId.Allows(organization.OrganizationId) {
			c.Report("OrganizationTrail.OrganizationId", organization.OrganizationId, "must be "+limits.OrganizationId.Must)
		}
		c.Text("OrganizationTrail.ManagementAccountId", organization.ManagementAccountId, limits.AccountId)
	}
	own := newSettings(given).bucketName(given.AccountId)
	for i, arn := range given.DataEventBucketArns {
		field := fmt.Sprintf("DataEventBucketArns[%d]", i)
		bucket := c.Single(field, arn)
		switch {
		case arn != "" && !bucket.IsKnown():
		case !limits.BucketArn.Allows(arn):
			c.Report(field, arn, `must be the ARN of a bucket, such as "arn:aws:s3:::nc-dp-prod-raw"; no name and no part of a bucket`)
		case strings.HasSuffix(arn, ":::"+own):
			c.Report(field, arn, "is the trail's own bucket: recording that a file was written writes a file")
		}
		c.once(field, "DataEventBucketArns", given.DataEventBucketArns, i)
	}
	if count := len(given.DataEventBucketArns); count > maxDataEventBuckets {
		c.ReportValue("DataEventBucketArns", count, fmt.Sprintf("must be at most %d", maxDataEventBuckets))
	}
	name := given.AccessLogBucket
	switch {
	case !c.Single("AccessLogBucket", name).IsKnown():
	case !limits.BucketName.Allows(name):
		c.Report("AccessLogBucket", name, "must be "+limits.BucketName.Must)
	case name == own:
		c.Report("AccessLogBucket", name, "is the trail's own bucket: logging its access would be logged")
	}
}

// watched checks what the alerts know of keys and grants.
func (c *checker) watched(given *KmsAuditConfig) {
	for _, alias := range slices.Sorted(maps.Keys(given.KeyArns)) {
		field, arn := fmt.Sprintf("KeyArns[%s]", alias), given.KeyArns[alias]
		if !aliasFormat.MatchString(alias) {
			c.Report(field, "", `has a name that is no alias; must be "alias/" and letters, digits, / _ -, such as "alias/nc-dp-data-prod"`)
		}
		if key := c.Single(field, arn); arn == "" || key.IsKnown() && !keyArnFormat.MatchString(arn) {
			c.Report(field, arn, keyArnReason)
		}
	}
	for i, id := range given.GrantIds {
		field := fmt.Sprintf("GrantIds[%d]", i)
		if grant := c.Single(field, id); id == "" || grant.IsKnown() && !limits.GrantId.Allows(id) {
			c.Report(field, id, "must be "+limits.GrantId.Must)
		}
		c.once(field, "GrantIds", given.GrantIds, i)
	}
}
