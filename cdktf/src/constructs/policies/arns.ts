export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** ARNs made of names, for what another stack makes: nothing reads another stack's state. */
export class Arns {
  readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  of(service: string, rest: string): string {
    const { partition, region, account } = this.place;
    return `arn:${partition}:${service}:${region}:${account}:${rest}`;
  }

  /** IAM has no region. */
  iam(rest: string): string {
    return `arn:${this.place.partition}:iam::${this.place.account}:${rest}`;
  }

  bucket(name: string): string {
    return `arn:${this.place.partition}:s3:::${name}`;
  }

  managedPolicy(name: string): string {
    return `arn:${this.place.partition}:iam::aws:policy/${name}`;
  }
}
