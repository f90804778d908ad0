package aws

import "strings"

// Operator is a condition operator without set prefix and IfExists.
type Operator struct {
	Name       string
	Comparison Comparison
	// Negated operators hold when no value matches, also when the key is absent.
	Negated bool
	// Opposite is the operator that holds just where this one fails, of a key that is
	// there; empty where there is none.
	Opposite string
	// Words say the operator between a key and its values: "is not like".
	Words string

	order ordering
}

// Comparison is what an operator does with a value of the policy and one of the
// request.
type Comparison int

// The comparisons.
const (
	CompareText Comparison = iota
	CompareTextIgnoringCase
	ComparePattern
	CompareArn
	CompareNumber
	CompareDate
	CompareBool
	CompareBinary
	CompareAddress
	CompareExistence
)

// ordering is which outcomes of a three-way comparison an operator accepts.
type ordering struct{ less, equal, greater bool }

func (o ordering) accepts(outcome int) bool {
	return outcome < 0 && o.less || outcome == 0 && o.equal || outcome > 0 && o.greater
}

var (
	isEqual        = ordering{equal: true}
	isLess         = ordering{less: true}
	isLessEqual    = ordering{less: true, equal: true}
	isGreater      = ordering{greater: true}
	isGreaterEqual = ordering{greater: true, equal: true}
)

// Operators are those of the IAM User Guide, "IAM JSON policy elements: Condition
// operators".
var Operators = []Operator{
	{Name: "StringEquals", Comparison: CompareText, Opposite: "StringNotEquals", Words: "is"},
	{Name: "StringNotEquals", Comparison: CompareText, Negated: true, Opposite: "StringEquals", Words: "is not"},
	{Name: "StringEqualsIgnoreCase", Comparison: CompareTextIgnoringCase, Opposite: "StringNotEqualsIgnoreCase", Words: "is"},
	{Name: "StringNotEqualsIgnoreCase", Comparison: CompareTextIgnoringCase, Negated: true, Opposite: "StringEqualsIgnoreCase", Words: "is not"},
	{Name: "StringLike", Comparison: ComparePattern, Opposite: "StringNotLike", Words: "is like"},
	{Name: "StringNotLike", Comparison: ComparePattern, Negated: true, Opposite: "StringLike", Words: "is not like"},
	{Name: "ArnEquals", Comparison: CompareArn, Opposite: "ArnNotEquals", Words: "is like"},
	{Name: "ArnNotEquals", Comparison: CompareArn, Negated: true, Opposite: "ArnEquals", Words: "is not like"},
	{Name: "ArnLike", Comparison: CompareArn, Opposite: "ArnNotLike", Words: "is like"},
	{Name: "ArnNotLike", Comparison: CompareArn, Negated: true, Opposite: "ArnLike", Words: "is not like"},
	{Name: "NumericEquals", Comparison: CompareNumber, order: isEqual, Opposite: "NumericNotEquals", Words: "is"},
	{Name: "NumericNotEquals", Comparison: CompareNumber, order: isEqual, Negated: true, Opposite: "NumericEquals", Words: "is not"},
	{Name: "NumericLessThan", Comparison: CompareNumber, order: isLess, Opposite: "NumericGreaterThanEquals", Words: "is under"},
	{Name: "NumericLessThanEquals", Comparison: CompareNumber, order: isLessEqual, Opposite: "NumericGreaterThan", Words: "is at most"},
	{Name: "NumericGreaterThan", Comparison: CompareNumber, order: isGreater, Opposite: "NumericLessThanEquals", Words: "is over"},
	{Name: "NumericGreaterThanEquals", Comparison: CompareNumber, order: isGreaterEqual, Opposite: "NumericLessThan", Words: "is at least"},
	{Name: "DateEquals", Comparison: CompareDate, order: isEqual, Opposite: "DateNotEquals", Words: "is"},
	{Name: "DateNotEquals", Comparison: CompareDate, order: isEqual, Negated: true, Opposite: "DateEquals", Words: "is not"},
	{Name: "DateLessThan", Comparison: CompareDate, order: isLess, Opposite: "DateGreaterThanEquals", Words: "is before"},
	{Name: "DateLessThanEquals", Comparison: CompareDate, order: isLessEqual, Opposite: "DateGreaterThan", Words: "is at latest"},
	{Name: "DateGreaterThan", Comparison: CompareDate, order: isGreater, Opposite: "DateLessThanEquals", Words: "is after"},
	{Name: "DateGreaterThanEquals", Comparison: CompareDate, order: isGreaterEqual, Opposite: "DateLessThan", Words: "is at earliest"},
	{Name: "Bool", Comparison: CompareBool, Words: "is"},
	{Name: "BinaryEquals", Comparison: CompareBinary, Words: "is"},
	{Name: "IpAddress", Comparison: CompareAddress, Opposite: "NotIpAddress", Words: "is within"},
	{Name: "NotIpAddress", Comparison: CompareAddress, Negated: true, Opposite: "IpAddress", Words: "is not within"},
	{Name: "Null", Comparison: CompareExistence, Words: "is absent:"},
}

var operatorsByName = func() map[string]*Operator {
	byName := map[string]*Operator{}
	for i := range Operators {
		byName[Operators[i].Name] = &Operators[i]
	}
	return byName
}()

// IsText reports whether the operator compares texts or ARNs.
func (o *Operator) IsText() bool {
	return o.Comparison == CompareText || o.Comparison == CompareTextIgnoringCase || o.Comparison == ComparePattern || o.Comparison == CompareArn
}

// HasWildcards reports whether "*" and "?" are special in the operator's values.
func (o *Operator) HasWildcards() bool {
	return o.Comparison == ComparePattern || o.Comparison == CompareArn
}

// The set prefixes of operators. See the IAM User Guide, "Set operators for
// multivalued context keys".
const (
	ForAllValues = "ForAllValues:"
	ForAnyValue  = "ForAnyValue:"
)

// OperatorForm is an operator as a condition spells it.
type OperatorForm struct {
	*Operator
	// Set is [ForAllValues], [ForAnyValue] or empty.
	Set string
	// IfExists operators hold also when the key is absent.
	IfExists bool
}

// ParseOperator reads an operator such as "ForAnyValue:StringLikeIfExists" and
// reports whether IAM has it.
func ParseOperator(text string) (form OperatorForm, known bool) {
	base := text
	for _, prefix := range [...]string{ForAllValues, ForAnyValue} {
		if rest, found := strings.CutPrefix(text, prefix); found {
			base, form.Set = rest, prefix
		}
	}
	base, form.IfExists = strings.CutSuffix(base, "IfExists")
	form.Operator, known = operatorsByName[base]
	// Null asks whether a key exists, so it has no IfExists form.
	if known && form.Comparison == CompareExistence && form.IfExists {
		return OperatorForm{}, false
	}
	return form, known
}

// NearestOperator is the operator that a misspelt one most likely means, or "" when
// none is near.
func NearestOperator(text string) string {
	names := make([]string, 0, len(Operators))
	for _, operator := range Operators {
		names = append(names, operator.Name)
	}
	set := ""
	for _, prefix := range [...]string{ForAllValues, ForAnyValue} {
		if len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
			set, text = prefix, text[len(prefix):]
		}
	}
	text, ifExists := strings.CutSuffix(text, "IfExists")
	nearest := Nearest(text, names)
	if nearest != "" && ifExists && nearest != "Null" {
		nearest += "IfExists"
	}
	if nearest == "" {
		return ""
	}
	return set + nearest
}
