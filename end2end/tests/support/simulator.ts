/** Demo people of the simulator. */
export const ADELE = { upn: "adele@tailwind.example", name: "Adele Vance" };
export const GRADY = { upn: "grady@tailwind.example", name: "Grady Archie" };
export const NESTOR = { upn: "nestor@tailwind.example", name: "Nestor Wilke" };
export const MEGAN = { upn: "megan@firstup.example", name: "Megan Bowen" };
export const ALEX = { upn: "alex@relecloud.example", name: "Alex Wilber" };

/** A tenant that was created at the simulator. */
export type Tenant = { id: string; domain: string; password: string; associatedPartnerId: string | null };

/** The tenants with this domain, whoever asked for them; at the simulator of all tests, or at a test's own. */
export async function tenantsOf(domain: string, port: string | number = process.env.SIMULATOR_PORT!): Promise<Tenant[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/_simulator/ledger`);
  const ledger = (await answer.json()) as { customers: Tenant[] };
  return ledger.customers.filter((tenant) => tenant.domain.toLowerCase() === `${domain}.onmicrosoft.com`);
}
