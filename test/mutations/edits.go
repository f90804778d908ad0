package mutations

// edit is a mistake put into the source.
type edit struct {
	// Name says what is wrong then.
	Name string
	// File is in keypolicy/analysis; Old is found in it once, and New put in its
	// place.
	File, Old, New string
}

var edits = []edit{
	{
		"a star in an ARN reaches over colons", "internal/exact/operand.go",
		"set := noColon\n\t\tif i == 5 {", "set := language.Any()\n\t\tif i == 5 {",
	},
	{
		"the address behind a range is not looked at", "internal/exact/candidates.go",
		"if after := lastOf(prefix).Next(); after.IsValid() {", "if after := lastOf(prefix).Next(); false {",
	},
	{
		"of the numbers around a bound only the bound itself is looked at", "internal/exact/candidates.go",
		"return []int64{near - 1, near, near + 1}", "return []int64{near}",
	},
	{
		"other accounts' principals are of the key's account, too", "internal/exact/population.go",
		"for _, account := range p.class.OtherThan {\n\t\tall =", "for _, account := range p.class.OtherThan[:0] {\n\t\tall =",
	},
	{
		"every kind of principal carries every condition key", "internal/exact/population.go",
		"known && documented.Callers&callers[kind] == 0 {", "known && false && documented.Callers&callers[kind] == 0 {",
	},
	{
		"the own organization is not that of the key", "internal/exact/population.go",
		"case \"aws:resourceorgid\":\n\t\tif p.own {", "case \"aws:resourceorgid\":\n\t\tif false {",
	},
	{
		"a user name has the path in it", "internal/exact/population.go",
		"case \"aws:username\":\n\t\treturn aws.LastSegment(text)", "case \"aws:username\":\n\t\treturn text[strings.Index(text, \"/\")+1:]",
	},
	{
		"a negated operator fails on an absent key", "internal/exact/condition.go",
		"return c.form.IfExists || c.form.Negated", "return c.form.IfExists",
	},
	{
		"ForAnyValue with IfExists fails on an absent key", "internal/exact/condition.go",
		"case aws.ForAnyValue:\n\t\treturn c.form.IfExists\n", "case aws.ForAnyValue:\n\t\treturn false\n",
	},
	{
		"ForAllValues looks at empty texts", "internal/exact/condition.go",
		`if value != "" && matches(value) == c.form.Negated {`, `if matches(value) == c.form.Negated {`,
	},
	{
		"all actions carry all condition keys", "internal/exact/cell.go",
		"return documented.Actions&c.carries != 0", "return documented.Actions != 0",
	},
	{
		"a grant's constraints bind operations that know no encryption context", "internal/exact/cell.go",
		"if p.bound && c.carries&aws.UnboundGrantActions != 0 {", "if false {",
	},
	{
		"a name may be in the encryption context in two spellings", "internal/exact/context.go",
		"for _, other := range each[:i] {", "for _, other := range each[:0*i] {",
	},
	{
		"a pair of the encryption context may lack its name", "internal/exact/context.go",
		"require(&b.problem, oneOf(b.not(present), spellings))", "_ = present",
	},
	{
		"a policy variable without a value matches", "internal/exact/operand.go",
		"default:\n\t\t\t\tnever = true", "default:",
	},
	{
		"a value with a policy variable need not be equal to what it stands for", "internal/exact/relation.go",
		"for _, i := range r.instances {", "for _, i := range r.instances[:0] {",
	},
	{
		"an account is enough where a statement has to name the role", "answer.go",
		"without := level{atLeast: evaluation.AsRole}", "without := level{atLeast: evaluation.ThroughAccount}",
	},
	{
		"what AWS does not say is taken for decided", "internal/exact/simplify.go",
		"require(&s.problem, oneOf(s.not(s.isTrue(held)), s.not(m.fails)))", "require(&s.problem, oneOf(s.not(s.isTrue(held)), m.holds))\n\t\trequire(&s.problem, oneOf(s.isTrue(held), m.fails))",
	},
	{
		"a text without regard to case is one with it", "internal/exact/operand.go",
		"language.FoldedText(v.Template.Texts[0])", "language.Text(v.Template.Texts[0])",
	},
	{
		"administration is offered to other accounts", "answer.go",
		"case a.foreign(class) && !aws.CrossAccountActions.Has(action):\n\t\treturn nil", "case false:\n\t\treturn nil",
	},
	{
		"always is said in spite of a Deny", "answer.go",
		"if cell.Ask(exact.Question{Match: terms([]source{deny}, evaluation.NoMatch)}).Answer != exact.No {", "if deny.part < 0 {",
	},
	{
		"those who need an IAM policy are forgotten beside those who do not", "answer.go",
		"further = append(further, question.Match...)", "break",
	},
	{
		"a change does not look at new denies", "diff.go",
		"for _, deny := range newDenies {", "for _, deny := range newDenies[:0] {",
	},
	{
		"the opposite of a comparison is told of several values", "condition.go",
		"ordering(form) && (len(c.Values) > 1 || !holdsNumbers(c.Key))", "ordering(form) && false",
	},
	{
		"a row of one kind of principal takes in others", "report.go",
		"if other.row.Id != row.Id && other.row.classes[0].Kind != class.Kind {", "if false {",
	},
	{
		"accounts by pattern are no accounts of their own", "mention.go",
		"m.accountPatterns = addPattern(m.accountPatterns, pattern{text, oneValue(form.Operator, \"aws:PrincipalAccount\", text)})", "m.account(text)",
	},
}
