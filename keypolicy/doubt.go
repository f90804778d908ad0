package keypolicy

// Doubts reports what the document says that may be misspelt, or newer than what is
// known here: actions that are none of KMS. A statement about such an action has no
// effect as far as anybody can tell, so a misspelt Deny denies nothing.
//
// For a document that is about to be written these are errors, which [Document.Validate]
// reports; for one that exists already they are to be shown to whoever reads about it.
func (d Document) Doubts() Problems {
	var problems Problems
	for i, statement := range d.Statements {
		problems = append(problems, statement.unknownActions().Within(statementField(i, statement.Sid))...)
	}
	return problems
}
