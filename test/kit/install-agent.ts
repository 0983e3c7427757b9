/**
 * A script that installs the host tool from its package. The agent's rounds are run by hand from then on: one of the timer's would come in between, and do what
 * a test is about, or be counted where something is measured.
 */
export function installAgent(deb: string): string {
  return `set -e
DEBIAN_FRONTEND=noninteractive apt-get --yes install ${deb}
systemctl is-enabled kmend-boot.service kmend-agent.timer
systemctl disable --now kmend-agent.timer`
}
