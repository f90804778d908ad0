package analysis

import (
	"maps"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
)

// foreignAccounts adds a row for each other account that is named.
func (b *rowBuilder) foreignAccounts() error {
	for _, account := range b.accounts {
		root := b.rootArn(account)
		row := Principal{Id: root, Kind: KindOtherAccount, Name: "principals of account " + account, Foreign: true, account: account, named: true}
		row.byKind = b.accountKinds(account, "account "+account, row)
		class := limits(exact.Class{Account: account}, nil, b.patternsAndIndividuals())
		if err := b.addSome(row, foreignKinds, class); err != nil {
			return err
		}
	}
	return nil
}

// accountKinds are the rows of the kinds of principals of one or several accounts.
func (b *rowBuilder) accountKinds(account, of string, row Principal) map[exact.Kind]Principal {
	rows := map[exact.Kind]Principal{}
	for kind, about := range map[exact.Kind]struct {
		id, word string
		kind     Kind
	}{
		exact.User:          {"arn:" + b.key.Partition + ":iam::" + account + ":user/*", "users of ", KindUser},
		exact.FederatedUser: {"arn:" + b.key.Partition + ":sts::" + account + ":federated-user/*", "federated users of ", KindFederatedUser},
		exact.Root:          {b.rootArn(account), "root user of ", KindRoot},
	} {
		other := row
		other.Id, other.Name, other.Kind = about.id, about.word+of, about.kind
		rows[kind] = other
	}
	return rows
}

// foreignPatterns adds the rows of patterns that match principals of other
// accounts: of each account that is named, and of all others together.
func (b *rowBuilder) foreignPatterns() error {
	for i, p := range b.patterns {
		arn, isArn := aws.ParseArn(p.text)
		classes := map[string]exact.Class{}
		switch {
		case isArn && isAccountId(arn.Account):
			if arn.Account != b.key.Account {
				classes[arn.Account] = exact.Class{Account: arn.Account}
			}
		case !isArn:
			// No id would tell the accounts apart.
			classes[""] = exact.Class{OtherThan: []string{b.key.Account}}
		default:
			classes[""] = exact.Class{OtherThan: append([]string{b.key.Account}, b.accounts...)}
			for _, account := range b.accounts {
				classes[account] = exact.Class{Account: account}
			}
		}
		for _, account := range slices.Sorted(maps.Keys(classes)) {
			row := Principal{Id: p.text, Kind: KindPattern, Name: likeName(p.text), Foreign: true, account: account, named: true}
			if account != "" {
				row.Id = ofAccount(arn, account)
				row.Name = likeName(row.Id) + " of account " + account
			} else {
				row.Name += " of any other account"
			}
			row.byKind = kindRows(row)
			class := limits(classes[account], []keypolicy.Condition{p.condition}, b.moreParticular(i, account))
			kinds := foreignKinds
			if account != "" {
				kinds = iamKinds
			}
			if err := b.addSome(row, kinds, class); err != nil {
				return err
			}
		}
	}
	return nil
}

// accountRows adds the rows of accounts by pattern.
func (b *rowBuilder) accountRows() error {
	for _, p := range b.accountPatterns {
		if form, _ := aws.ParseOperator(p.condition.Operator); !form.IsText() {
			continue
		}
		row := Principal{Id: b.rootArn(p.text), Kind: KindOtherAccount, Name: "principals of accounts like " + p.text, Foreign: true, named: true}
		row.byKind = b.accountKinds(p.text, "accounts like "+p.text, row)
		class := limits(exact.Class{OtherThan: append([]string{b.key.Account}, b.accounts...)},
			[]keypolicy.Condition{p.condition}, b.patternsAndIndividuals())
		if err := b.addSome(row, foreignKinds, class); err != nil {
			return err
		}
	}
	return nil
}
