package smt

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// call makes the principal of the request: a constant, or any of the class.
func (t *translation) call() {
	c := t.class
	switch {
	case c.Kind == "anonymous":
		return
	case c.Kind == "service" && c.Principal != "":
		t.arn = known(c.Principal)
		return
	case c.Kind == "service":
		t.arn = text{term: "service"}
		t.declare("service", "String", t.arn.in(serviceNames()))
		return
	case c.Kind == "session":
		// The session's ARN has its role's name; the role's path is free.
		parts := strings.SplitN(c.Principal, ":", 6)
		role := strings.Split(parts[5], "/")[1]
		t.account = known(parts[4])
		t.arn = text{term: "role-of-session"}
		before := "arn:aws:iam::" + parts[4] + ":role/"
		t.declare(t.arn.term, "String", or(t.arn.is(before+role), t.arn.in(sequence(exactly(before), path, exactly("/"+role)))))
		return
	case c.Principal != "":
		t.arn, t.account = known(c.Principal), known(strings.Split(c.Principal, ":")[4])
		return
	}
	if !t.asksWho() {
		// Who it is makes no difference, only the account.
		t.account = known(c.Account)
		if c.Account == "" {
			t.account = text{term: "account"}
			t.declare("account", "String", t.account.in(accountsBut(c.NotAccounts)))
		}
		return
	}
	before, after := "arn:aws:iam::", ":root"
	switch c.Kind {
	case "role":
		after = ":role/"
	case "user":
		after = ":user/"
	case "federated user":
		before, after = "arn:aws:sts::", ":federated-user/"
	case "root user":
		if c.Account != "" {
			t.account, t.arn = known(c.Account), known(before+c.Account+after)
			return
		}
	}
	t.arn = text{term: "arn"}
	account := accountsBut(c.NotAccounts)
	if c.Account != "" {
		t.account, account = known(c.Account), exactly(c.Account)
	} else {
		// The account is characters 13 to 24 of the ARN.
		t.account = text{term: "(str.substr arn 13 12)", part: &arnPart{
			whole: "arn", before: exactly(before), after: sequence(exactly(":"), anyText), characters: digit,
			possible: func(c rune) bool { return c >= '0' && c <= '9' },
		}}
	}
	language := sequence(exactly(before), account, exactly(after))
	switch c.Kind {
	case "user":
		language = sequence(language, path, nameCharacter)
	case "role", "federated user":
		// That no name ends in a slash is left out, since no pattern asks for it.
		language = sequence(language, oneOrMore(pathCharacter))
	}
	t.declare("arn", "String", t.arn.in(language))
}

// accountsBut are all accounts but some: those that differ in a digit. Solvers are
// slower at what a text is not.
func accountsBut(excluded []string) term { return digitsBut(excluded, 12) }

func digitsBut(excluded []string, count int) term {
	if len(excluded) == 0 {
		return times(count, digit)
	}
	var ways []term
	rest := map[byte][]string{}
	for _, other := range excluded {
		rest[other[0]] = append(rest[other[0]], other[1:])
	}
	for first := byte('0'); first <= '9'; first++ {
		switch others, some := rest[first]; {
		case !some:
			ways = append(ways, sequence(exactly(string(first)), times(count-1, digit)))
		case count > 1:
			ways = append(ways, sequence(exactly(string(first)), digitsBut(others, count-1)))
		}
	}
	return oneOf(ways...)
}

// asksWho reports whether anything depends on the principal's ARN, and not only on its
// account.
func (t *translation) asksWho() bool {
	if len(t.class.Only)+len(t.class.Except) > 0 {
		return true
	}
	individual := func(p keypolicy.Principal) bool { return p.Id != "*" && accountOf(p.Id) == "" }
	for _, s := range t.relevant() {
		if len(s.NotPrincipals) > 0 || slices.ContainsFunc(s.Principals, individual) {
			return true
		}
		for _, c := range s.Conditions {
			key := strings.ToLower(c.Key)
			if key == "aws:principalarn" || key == "aws:username" || slices.ContainsFunc(c.Values, inserted) {
				return true
			}
		}
		if slices.ContainsFunc(slices.Concat(s.Resources, s.NotResources), inserted) {
			return true
		}
	}
	return slices.ContainsFunc(t.Grants, func(g evaluation.Grant) bool { return individual(keypolicy.AwsPrincipal(g.GranteePrincipal)) })
}

// inserted reports whether a value has a part of the principal in it.
func inserted(value string) bool {
	value = strings.ToLower(value)
	return strings.Contains(value, "${aws:principalarn") || strings.Contains(value, "${aws:username")
}

// userName is the last part of a user's ARN, behind the path.
func (t *translation) userName() text {
	if t.class.Principal != "" {
		return known(lastPart(t.class.Principal))
	}
	if t.userNameOf == nil {
		account := accounts
		if t.class.Account != "" {
			account = exactly(t.class.Account)
		}
		before := sequence(exactly("arn:aws:iam::"), account, exactly(":user/"), oneOf(exactly(""), sequence(path, exactly("/"))))
		t.userNameOf = &text{term: "user-name", part: &arnPart{
			whole: "arn", before: before, after: exactly(""), characters: nameCharacter,
			possible: func(c rune) bool {
				return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_+=,.@-", c)
			},
		}}
		t.declare("user-path", "String", text{term: "user-path"}.in(before))
		t.declare("user-name", "String", text{term: "user-name"}.in(name), apply("=", t.arn.term, apply("str.++", "user-path", "user-name")))
	}
	return *t.userNameOf
}

// segments are the six parts of a text that may be an ARN, and whether it is one.
func (t *translation) segments(x text) ([6]text, term) {
	var segments [6]text
	if x.constant {
		parts := strings.SplitN(x.literal, ":", 6)
		if len(parts) < 6 {
			return segments, no
		}
		for i, part := range parts {
			segments[i] = known(part)
		}
		return segments, yes
	}
	if x.term == t.arn.term && t.class.Kind != "service" {
		service := "iam"
		if t.class.Kind == "federated user" {
			service = "sts"
		}
		resource := apply("str.substr", x.term, "26", apply("-", length(x.term), "26"))
		segments = [6]text{known("arn"), known("aws"), known(service), known(""), t.account, {term: resource}}
		return segments, yes
	}
	var parts []term
	id := t.name(string(x.term))
	for i := range segments {
		segments[i] = text{term: term(id + "-part-" + string(rune('1'+i)))}
		if i > 0 {
			parts = append(parts, literal(":"))
		}
		parts = append(parts, segments[i].term)
	}
	part := sequence(repeated(noColon), exactly(":"))
	isArn := x.in(sequence(times(5, part), repeated(anyCharacter)))
	if !t.divided[id] {
		t.divided[id] = true
		for i, s := range segments {
			fact := yes
			if i < 5 {
				fact = s.in(repeated(noColon))
			}
			// They are parts of the text all together.
			t.declare(s.term, "String", fact, implies(isArn, apply("=", x.term, apply("str.++", parts...))))
		}
	}
	return segments, isArn
}

// names is when a statement's principals name the request's: with an IAM policy to
// complete it, an account is enough. See the IAM User Guide, "AWS JSON policy
// elements: Principal".
func (t *translation) names(principals []keypolicy.Principal, withAccount bool) term {
	var ways []term
	for _, p := range principals {
		ways = append(ways, t.nameOf(p, withAccount))
	}
	return or(ways...)
}

func (t *translation) nameOf(p keypolicy.Principal, withAccount bool) term {
	kind := t.class.Kind
	switch {
	case p.Id == "*":
		return yes
	case p.Type == keypolicy.PrincipalService:
		if kind != "service" {
			return no
		}
		return t.arn.is(p.Id)
	case !t.class.signed():
		return no
	case accountOf(p.Id) != "":
		// The root user is the account.
		if kind != "root user" && !withAccount {
			return no
		}
		return t.isAccount(accountOf(p.Id))
	case strings.Contains(p.Id, ":assumed-role/"):
		return truth(kind == "session" && p.Id == t.class.Principal)
	}
	return t.isArn(p.Id)
}

func (t *translation) isAccount(account string) term {
	if slices.Contains(t.class.NotAccounts, account) {
		return no
	}
	return t.account.is(account)
}

// isArn is that the principal has an ARN: nobody of another kind or account has.
func (t *translation) isArn(arn string) term {
	within := map[string]string{"role": ":role/", "session": ":role/", "user": ":user/", "federated user": ":federated-user/"}[t.class.Kind]
	account := strings.Split(arn, ":")[4]
	if within == "" || !strings.Contains(arn, within) || slices.Contains(t.class.NotAccounts, account) || t.account.constant && t.account.literal != account {
		return no
	}
	return t.arn.is(arn)
}

// accountOf is the account that a principal stands for as a whole, or "".
func accountOf(id string) string {
	if len(id) == 12 && strings.Trim(id, "0123456789") == "" {
		return id
	}
	if strings.HasSuffix(id, ":root") {
		return strings.Split(id, ":")[4]
	}
	return ""
}

// except is when a Deny with NotPrincipal takes the principal in: unless its account,
// its user or role, and its session are listed each. See the IAM User Guide, "AWS JSON
// policy elements: NotPrincipal".
func (t *translation) except(listed []keypolicy.Principal) verdict {
	kind := t.class.Kind
	everyone := slices.ContainsFunc(listed, func(p keypolicy.Principal) bool { return p.Id == "*" })
	switch {
	case everyone:
		return verdict{no, no}
	case kind == "anonymous":
		return verdict{yes, no}
	case kind == "service":
		return verdict{not(t.names(listed, false)), no}
	}
	var account, named, session []term
	for _, p := range listed {
		switch {
		case accountOf(p.Id) != "":
			account = append(account, t.isAccount(accountOf(p.Id)))
		case strings.Contains(p.Id, ":assumed-role/") && kind == "session":
			session = append(session, truth(p.Id == t.class.Principal))
		case strings.Contains(p.Id, ":assumed-role/") && kind == "role":
			// A session of the role, perhaps.
			parts := strings.SplitN(p.Id, ":", 6)
			role, before := strings.Split(parts[5], "/")[1], "arn:aws:iam::"+parts[4]+":role/"
			if t.arn.constant {
				session = append(session, truth(strings.HasPrefix(t.arn.literal, before) && lastPart(t.arn.literal) == role))
			} else {
				session = append(session, or(t.arn.is(before+role), t.arn.in(sequence(exactly(before), path, exactly("/"+role)))))
			}
		case p.Type == keypolicy.PrincipalAws:
			named = append(named, t.isArn(p.Id))
		}
	}
	switch kind {
	case "root user":
		return verdict{not(or(account...)), no}
	case "session":
		return verdict{not(and(or(account...), or(named...), or(session...))), no}
	case "role":
		// Of its sessions, some are listed and others not.
		mixed := and(or(account...), or(named...), or(session...))
		return verdict{not(mixed), mixed}
	}
	return verdict{not(and(or(account...), or(named...))), no}
}
