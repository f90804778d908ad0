package kmstier

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Share lets another account use one of the keys, in the ways that it names and in
// no other. Across accounts both sides must agree: the other account's roles need an
// IAM policy as well, of which [KmsTierConfig.UsePolicy] for [SharedWith] is the text.
// See the KMS Developer Guide, "Allowing users in other accounts to use a KMS key".
type Share struct {
	// Name tells the share from others, in the Sids of its statements: a slug, such as
	// "partner". Required.
	Name string
	// AccountId is the other account, twelve digits. Required; not the key's own.
	AccountId string
	// RoleArns narrow the share to some of the account's roles. Default: the whole
	// account, whose IAM policies then decide.
	RoleArns []string
	// Key is the purpose of the key: "data", "logs", which is shared by BucketNames only,
	// or that of a symmetric additional key. Default "data".
	Key string
	// Write lets the account encrypt too: write objects and secrets, call Encrypt and
	// GenerateDataKey. Default: it reads.
	Write bool

	// BucketNames are buckets whose objects it may use, through S3 in the key's Region,
	// by names in which "*" and "?" are wildcards. The bucket's policy must let it in,
	// too.
	BucketNames []string
	// SecretNames are secrets of the key's account that it may use, through Secrets
	// Manager, without the random suffix and with wildcards. The secret's policy must
	// let it in, too.
	SecretNames []string
	// EbsSnapshots lets it copy EBS snapshots that are shared with it, and make volumes
	// of them, with grants that EC2 makes for the volumes. EBS does not name snapshots
	// to KMS by anything but generated ids, so it is all that are shared.
	EbsSnapshots bool
	// RdsSnapshots lets it copy and restore the snapshots of RDS and Aurora that are
	// shared with it, with grants that RDS makes for them.
	RdsSnapshots bool
	// DirectServices are the values of "service" with which it may call KMS itself, with
	// the whole encryption context: app, env and service. Each is one of the
	// configuration's Services if those are given.
	DirectServices []string
}

// share is a share that was read.
type share struct {
	otherAccount
	name string
	key  string
	// opens is what its statements say, but for whom.
	opens statements.Share
	// directServices are those of its direct use; none means that there is none.
	directServices []string
}

func (p *parser) shares(given []Share) {
	for i, one := range given {
		field := fmt.Sprintf("SharedWith[%d]", i)
		before := p.Count()
		read := p.share(field, one)
		for j, other := range p.settings.shares {
			if sid := shareSid(other.name); sid == shareSid(read.name) && p.Count() == before {
				p.Report(field+".Name", one.Name, fmt.Sprintf("gives the same Sids, %s..., as SharedWith[%d]; must be another", sid, j))
			}
		}
		p.settings.shares = append(p.settings.shares, read)
	}
}

func (p *parser) share(field string, given Share) share {
	read := share{name: given.Name, key: given.Key, directServices: slices.Clone(given.DirectServices)}
	if read.key == "" {
		read.key = purposeData
	}
	p.Literal(field+".Name", given.Name, limits.Slug, "since it names statements")
	if given.AccountId == "" {
		p.Report(field+".AccountId", "", "is missing; must be "+limits.AccountId.Must)
	}
	read.otherAccount = p.otherAccount(field+".", given.AccountId, given.RoleArns)
	if given.AccountId == "" {
		read.roleArns = nil
	}
	of, found := p.settings.findPurpose(read.key)
	switch {
	case !found:
		p.Report(field+".Key", given.Key, "is no key of the tier; must be "+p.settings.purposeNames())
	case !of.takesContext():
		p.Report(field+".Key", given.Key, "is an asymmetric or HMAC key, of which no use is bound to a context, so none is shared; give the other account the public key of an asymmetric one")
	case of.sharedByBuckets && (len(given.SecretNames)+len(given.DirectServices) > 0 || given.EbsSnapshots || given.RdsSnapshots):
		p.Report(field+".Key", given.Key, "is shared by BucketNames only: logs are in buckets, and nobody uses the key directly; share the data key for the rest")
	}
	if len(given.BucketNames)+len(given.SecretNames)+len(given.DirectServices) == 0 && !given.EbsSnapshots && !given.RdsSnapshots {
		p.Report(field, given.Name, "shares nothing; give BucketNames, SecretNames, EbsSnapshots, RdsSnapshots or DirectServices")
	}
	for i, service := range given.DirectServices {
		p.boundService(fmt.Sprintf("%s.DirectServices[%d]", field, i), service)
	}
	read.opens = statements.Share{
		Sid: shareSid(given.Name), Write: given.Write, EbsSnapshots: given.EbsSnapshots, RdsSnapshots: given.RdsSnapshots,
		BucketNames: p.resourceNames(field+".BucketNames", given.BucketNames, limits.BucketNames),
		SecretNames: p.resourceNames(field+".SecretNames", given.SecretNames, limits.SecretNames),
	}
	return read
}

// shareSid begins the Sids of a share's statements.
func shareSid(name string) string { return "AllowShareWith" + statements.SidPart(name) }

// shareStatements are what the policy of a key says of its shares.
func (s settings) shareStatements(purpose string, location statements.Location) []keypolicy.Statement {
	var all []keypolicy.Statement
	for _, shared := range s.shares {
		if shared.key != purpose {
			continue
		}
		opens := shared.opens
		opens.Principals = shared.principals(location)
		if len(shared.directServices) > 0 {
			context := s.encryptionContext()
			context.Services = shared.directServices
			opens.Direct = &context
		}
		all = append(all, statements.AllowShare(location, opens)...)
	}
	return all
}

// accounts are all other accounts that the keys are shared with.
func (s settings) accounts() []config.Value {
	var all []config.Value
	for _, account := range []otherAccount{s.security, s.logs} {
		if account.id.IsGiven() {
			all = append(all, account.id)
		}
	}
	for _, shared := range s.shares {
		all = append(all, shared.id)
	}
	return all
}

// organizationTrail reads the trail of the organization's management account.
func (p *parser) organizationTrail(arn string) {
	trail := p.Text("OrganizationTrailArn", arn, limits.TrailArn)
	parts, isArn := aws.ParseArn(trail.Text())
	account := config.ValueOf(parts.Account)
	if own, of := p.settings.ownAccount(); isArn && account.IsKnown() && account == own {
		p.Report("OrganizationTrailArn", arn, fmt.Sprintf("is of account %s, the key's own by %s, whose trails may use the logs key anyway; leave it out", own.Text(), of))
	}
	if want := config.ValueOf(p.settings.place.KnownPartition()); isArn && want.Differs(config.ValueOf(parts.Partition)) {
		p.Report("OrganizationTrailArn", arn, fmt.Sprintf("is of partition %q; must be of %q, the key's", parts.Partition, want.Text()))
	}
	p.settings.organizationTrailArn = trail.Text()
}
