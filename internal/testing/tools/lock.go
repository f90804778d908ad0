package tools

// LockPluginCache waits until no other test process fills Terraform's plugin
// cache, and returns what lets the next one in. With a mirror there is no cache
// and nothing to wait for.
func LockPluginCache() (unlock func(), err error) {
	mirror, err := AWSProvider.Find()
	if err != nil {
		return nil, err
	}
	if mirror != "" {
		return func() {}, nil
	}
	folder, err := pluginCache()
	if err != nil {
		return nil, err
	}
	return lockFolder(folder)
}
